//! The key that identifies this installation to push services (VAPID, RFC 8292). Browsers subscribe to its public half, so it
//! must stay the same for as long as the database.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use reqwest::Url;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING as ES256, EcdsaKeyPair, KeyPair};
use serde_json::json;
use tokio::sync::OnceCell;

use crate::crypto::Crypto;
use crate::db::Db;

/// Encryption context and name of the setting with the key as PKCS #8.
const CONTEXT: &str = "settings.value";
const NAME: &str = "vapid_key";

/// How long a signature is valid, in seconds; at most 24 hours (RFC 8292, section 2).
const VALID: i64 = 12 * 60 * 60;

/// The key pair.
pub struct Vapid {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl std::fmt::Debug for Vapid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vapid")
    }
}

/// The key of a database, made when first needed and kept in memory.
#[derive(Debug, Default)]
pub struct VapidKey(OnceCell<Vapid>);

impl VapidKey {
    /// The key. Nodes that ask at the same time get the same one. `now` is in Unix milliseconds.
    pub async fn get(&self, db: &Db, crypto: &Crypto, now: i64) -> anyhow::Result<&Vapid> {
        self.0.get_or_try_init(|| read_or_create(db, crypto, now)).await
    }
}

async fn read_or_create(db: &Db, crypto: &Crypto, now: i64) -> anyhow::Result<Vapid> {
    let random = SystemRandom::new();
    let fresh =
        EcdsaKeyPair::generate_pkcs8(&ES256, &random).map_err(|_| anyhow::anyhow!("no key can be generated"))?;
    let sealed = crypto.seal(CONTEXT, NAME, fresh.as_ref())?;
    let stored = db.init_setting(NAME, &sealed, now).await?;
    let pkcs8 = crypto.open(CONTEXT, NAME, &stored)?;
    let pair = EcdsaKeyPair::from_pkcs8(&ES256, &pkcs8, &random);
    Ok(Vapid { pair: pair.map_err(|_| anyhow::anyhow!("the stored key is damaged"))?, random })
}

impl Vapid {
    /// The public key as browsers take it: an uncompressed point in base64url.
    pub fn public_key(&self) -> String {
        BASE64.encode(self.pair.public_key())
    }

    /// The `Authorization` header of a request to this endpoint. `contact` is the URL of the console, for the people of the
    /// push service; `now` is in Unix milliseconds. The error follows the words "the subscription".
    pub fn authorization(&self, endpoint: &str, contact: &str, now: i64) -> Result<String, String> {
        let url = Url::parse(endpoint).map_err(|_| "has an endpoint that is not a URL".to_owned())?;
        let claims = json!({ "aud": url.origin().ascii_serialization(), "exp": now / 1_000 + VALID, "sub": contact });
        let header = json!({ "typ": "JWT", "alg": "ES256" });
        let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature =
            self.pair.sign(&self.random, signed.as_bytes()).map_err(|_| "cannot be signed for".to_owned())?;
        Ok(format!("vapid t={signed}.{}, k={}", BASE64.encode(signature), self.public_key()))
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn the_token_is_signed_for_the_push_service() {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ES256, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ES256, pkcs8.as_ref(), &random).unwrap();
        let vapid = Vapid { pair, random };
        let header = vapid.authorization("https://push.example:8443/a?b", "https://ops.example", 5_000).unwrap();
        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, BASE64.decode(key).unwrap());
        public.verify(signed.as_bytes(), &BASE64.decode(signature).unwrap()).unwrap();
        let claims = BASE64.decode(signed.split_once('.').unwrap().1).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims, json!({ "aud": "https://push.example:8443", "exp": 43_205, "sub": "https://ops.example" }));
    }
}
