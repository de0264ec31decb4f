//! HMAC, and the encodings of keys and signatures.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::recipe::{Algorithm, Encoding, KeyForm};

/// What a `SubjectPublicKeyInfo` for P-256 starts with, and the length of its uncompressed point.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const POINT: usize = 65;

/// Decodes a secret to the key's bytes, or says why it is malformed.
pub fn decode_key(form: KeyForm, secret: &str) -> Result<Vec<u8>, String> {
    if secret.is_empty() {
        return Err("the secret is empty".to_owned());
    }
    match form {
        KeyForm::Verbatim => Ok(secret.as_bytes().to_vec()),
        KeyForm::Hex => hex::decode(secret).map_err(|_| "the secret is not hex".to_owned()),
        KeyForm::Base64 => from_base64(secret).ok_or_else(|| "the secret is not base64".to_owned()),
        // `_` is in one of the alphabets of base64: a public key would pass for a secret.
        KeyForm::Whsec => Some(after(after(secret.trim(), "v1,"), "whsec_"))
            .filter(|key| !key.starts_with("whpk_"))
            .and_then(from_base64)
            .ok_or_else(|| "the secret is not whsec_ and base64".to_owned()),
        KeyForm::P256 => from_base64(secret.trim())
            .filter(|key| key.len() == P256.len() + POINT && key.starts_with(&P256))
            .ok_or_else(|| "the key is not a public key for P-256 in base64".to_owned()),
        KeyForm::Whpk => secret
            .strip_prefix("whpk_")
            .and_then(from_base64)
            .ok_or_else(|| "the key is not whpk_ and base64".to_owned()),
    }
}

/// HMAC over the concatenation of the parts.
pub fn mac(algorithm: Algorithm, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    match algorithm {
        Algorithm::Sha256 => hash::<Hmac<Sha256>>(key, parts),
        Algorithm::Sha512 => hash::<Hmac<Sha512>>(key, parts),
        Algorithm::Sha1 => hash::<Hmac<Sha1>>(key, parts),
        Algorithm::Md5 => hash::<Hmac<Md5>>(key, parts),
    }
}

fn hash<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC accepts keys of any length (RFC 2104), so this cannot fail.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// Decodes a signature; `None` if it is malformed.
pub fn decode_signature(encoding: Encoding, text: &str) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Hex => hex::decode(text).ok(),
        Encoding::Base64 => from_base64(text),
    }
}

fn after<'t>(text: &'t str, prefix: &str) -> &'t str {
    text.strip_prefix(prefix).unwrap_or(text)
}

/// Either alphabet of RFC 4648, padded or not.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let alphabet = if text.contains(['-', '_']) { URL_SAFE_NO_PAD } else { STANDARD_NO_PAD };
    alphabet.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test cases 1, 2 and 6 of RFC 2202 and RFC 4231.
    #[test]
    fn published_vectors_come_out() {
        let hi = |algorithm, n| hex::encode(mac(algorithm, &vec![0x0b; n], &[b"Hi There"]));
        assert_eq!(hi(Algorithm::Md5, 16), "9294727a3638bb1c13f48ef8158bfc9d");
        assert_eq!(hi(Algorithm::Sha1, 20), "b617318655057264e28bc0b6fb378c8ef146be00");
        assert_eq!(hi(Algorithm::Sha256, 20), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assert!(
            hi(Algorithm::Sha512, 20).starts_with("87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde")
        );

        let jefe = |algorithm| hex::encode(mac(algorithm, b"Jefe", &[b"what do ya want ", b"for nothing?"]));
        assert_eq!(jefe(Algorithm::Md5), "750c783e6ab0b503eaa86e310a5db738");
        assert_eq!(jefe(Algorithm::Sha1), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(jefe(Algorithm::Sha256), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");

        let long = |algorithm, n| {
            let text = b"Test Using Larger Than Block-Size Key - Hash Key First";
            hex::encode(mac(algorithm, &vec![0xaa; n], &[text]))
        };
        assert_eq!(long(Algorithm::Sha256, 131), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
        assert_eq!(long(Algorithm::Md5, 80), "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
        assert_eq!(long(Algorithm::Sha1, 80), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    }

    #[test]
    fn a_secret_becomes_a_key_by_its_form() {
        assert_eq!(decode_key(KeyForm::Verbatim, "whsec_AAAA").unwrap(), b"whsec_AAAA");
        assert_eq!(decode_key(KeyForm::Whsec, "whsec_AAAA").unwrap(), [0, 0, 0]);
        assert_eq!(decode_key(KeyForm::Whsec, " v1,whsec_-_8=\n").unwrap(), [0xfb, 0xff]);
        assert_eq!(decode_signature(Encoding::Base64, "+/8="), decode_signature(Encoding::Base64, "-_8"));
        assert_eq!(decode_key(KeyForm::Hex, "0aff").unwrap(), [10, 255]);
        assert!(decode_key(KeyForm::Hex, "xyz").is_err());
        assert!(decode_key(KeyForm::Verbatim, "").is_err());
    }
}
