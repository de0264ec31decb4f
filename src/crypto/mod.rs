//! Encryption of secrets at rest, random tokens, password hashing.

mod key_file;
mod passwords;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

pub use key_file::{key_path, read_or_create};
pub use passwords::Passwords;

/// Version prefix of ciphertexts, so that the cipher can be changed later.
const VERSION: &str = "v1.";

/// Reversible encryption with XChaCha20-Poly1305 and the key from `APP_KEY`.
#[derive(Clone)]
pub struct Crypto {
    cipher: XChaCha20Poly1305,
}

impl Crypto {
    /// Parses a key of 32 bytes in base64, optionally with the prefix `base64:` that Laravel uses.
    pub fn from_base64(key: &str) -> anyhow::Result<Self> {
        let key = key.trim();
        let key = STANDARD.decode(key.strip_prefix("base64:").unwrap_or(key)).context("APP_KEY is not valid base64")?;
        let Ok(key) = <[u8; 32]>::try_from(key) else { bail!("APP_KEY must be 32 bytes in base64") };
        Ok(Self { cipher: XChaCha20Poly1305::new(&key.into()) })
    }

    /// Generates a random key in base64.
    pub fn generate_key() -> String {
        STANDARD.encode(rand::random::<[u8; 32]>())
    }

    /// Encrypts a value, bound to its location: `column` is `table.column`, `key_ref` the random reference of the row.
    pub fn seal(&self, column: &str, key_ref: &str, plain: &[u8]) -> anyhow::Result<String> {
        let nonce: [u8; 24] = rand::random();
        let aad = place(column, key_ref);
        let payload = Payload { msg: plain, aad: aad.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| anyhow::anyhow!("cannot encrypt a secret"))?;
        Ok(format!("{VERSION}{}", STANDARD.encode([&nonce[..], &sealed].concat())))
    }

    /// Decrypts a value that was sealed with the same key for the same location.
    pub fn open(&self, column: &str, key_ref: &str, sealed: &str) -> anyhow::Result<Vec<u8>> {
        let wrong = "cannot decrypt a secret: wrong APP_KEY, or the value belongs to another row";
        let bytes = sealed.strip_prefix(VERSION).and_then(|text| STANDARD.decode(text).ok()).context(wrong)?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>().context(wrong)?;
        let aad = place(column, key_ref);
        let payload = Payload { msg: sealed, aad: aad.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok().context(wrong)
    }
}

impl std::fmt::Debug for Crypto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Crypto")
    }
}

fn place(column: &str, key_ref: &str) -> String {
    format!("{column}:{key_ref}")
}

/// A random 256-bit token with a prefix that identifies its purpose, such as `oc_`.
pub fn random_token(prefix: &str) -> String {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
}

/// A random 128-bit id in hex, for requests and row references.
pub fn random_id() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

/// The stored form of a token: SHA-256 in hex. Unsalted, as tokens are random.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crypto() -> Crypto {
        Crypto::from_base64(&Crypto::generate_key()).unwrap()
    }

    #[test]
    fn a_secret_opens_only_in_its_own_place() {
        let crypto = crypto();
        let sealed = crypto.seal("webhook_sources.secret_key", "a", b"hush").unwrap();
        assert_eq!(crypto.open("webhook_sources.secret_key", "a", &sealed).unwrap(), b"hush");
        assert!(crypto.open("webhook_sources.secret_key", "b", &sealed).is_err());
        assert!(crypto.open("channels.secret", "a", &sealed).is_err());
        assert!(self::crypto().open("webhook_sources.secret_key", "a", &sealed).is_err());
        assert!(crypto.open("webhook_sources.secret_key", "a", "v1.AAAA").is_err());
    }

    #[test]
    fn a_key_must_be_32_bytes_of_base64() {
        assert!(Crypto::from_base64("short").is_err());
        assert!(Crypto::from_base64(&STANDARD.encode([0; 16])).is_err());
    }
}
