//! A browser's push subscription, as `PushSubscription.toJSON()` gives it (W3C, Push API).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use web_push_native::p256::PublicKey;
use web_push_native::{Auth, encrypt};

/// Where a browser can be reached, and the keys that only it can decrypt with.
pub struct Subscription {
    /// URL at the browser's push service. It is a capability: whoever has it and our key can send.
    pub endpoint: String,
    key: PublicKey,
    auth: Auth,
}

#[derive(Deserialize)]
struct Json {
    endpoint: String,
    keys: Keys,
}

#[derive(Deserialize)]
struct Keys {
    p256dh: String,
    auth: String,
}

impl Subscription {
    /// Reads the JSON; the error is a text to show.
    pub fn read(json: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(json).map_err(|_| "is not the JSON of a push subscription".to_owned())?;
        let key = decoded(&json.keys.p256dh).and_then(|key| PublicKey::from_sec1_bytes(&key).ok());
        let auth = decoded(&json.keys.auth).filter(|auth| auth.len() == AUTH);
        match (key, auth) {
            (Some(key), Some(auth)) => Ok(Self { endpoint: json.endpoint, key, auth: Auth::clone_from_slice(&auth) }),
            _ => Err("has keys that are not those of a push subscription".to_owned()),
        }
    }

    /// The message as the body of a request, readable by the browser alone.
    pub fn encrypt(&self, message: Vec<u8>) -> Result<Vec<u8>, String> {
        encrypt(message, &self.key, &self.auth).map_err(|error| format!("cannot be encrypted: {error}"))
    }
}

/// Length of the authentication secret in bytes (RFC 8291, section 3.2).
const AUTH: usize = 16;

/// Base64 in the alphabet for URLs, with or without padding.
fn decoded(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use web_push_native::p256::SecretKey;

    use super::*;

    /// The receiver's keys in RFC 8291, appendix A.
    const PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    const PUBLIC: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const SECRET: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn json(key: &str, auth: &str) -> String {
        serde_json::json!({ "endpoint": "https://push.example", "keys": { "p256dh": key, "auth": auth } }).to_string()
    }

    #[test]
    fn only_the_browser_reads_it() {
        let subscription = Subscription::read(&json(PUBLIC, SECRET)).unwrap();
        let sent = subscription.encrypt(b"Disk full".to_vec()).unwrap();
        assert!(!sent.windows(9).any(|window| window == b"Disk full"));
        let private = SecretKey::from_slice(&decoded(PRIVATE).unwrap()).unwrap();
        let read = web_push_native::decrypt(sent, &private, &Auth::clone_from_slice(&decoded(SECRET).unwrap()));
        assert_eq!(read.unwrap(), b"Disk full");
    }

    #[test]
    fn what_is_no_subscription_is_refused() {
        for text in ["", "{}", &json("AAAA", SECRET), &json(PUBLIC, "AAAA"), &json(PUBLIC, "?")] {
            assert!(Subscription::read(text).is_err(), "{text}");
        }
    }
}
