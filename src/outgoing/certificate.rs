//! Public keys from certificates that are fetched by URL and cached.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;
use x509_cert::Certificate;
use x509_cert::der::DecodePem;

use super::{Outgoing, OutgoingError, Trust};

/// Maximum number of cached keys; AWS has one or two certificates per region.
const MAX_KEYS: usize = 64;

/// An RSA public key in PKCS #1 form (DER).
pub type PublicKey = Arc<[u8]>;

/// The cached keys, by URL. Never expire; the cache is cleared when it is full.
#[derive(Debug, Default)]
pub struct Certificates {
    keys: Mutex<HashMap<String, PublicKey>>,
    fetching: Mutex<()>,
}

impl Certificates {
    /// The public key of the certificate at a URL. Fetches are serialized, so that unauthenticated deliveries cannot trigger
    /// many concurrent requests.
    pub async fn public_key(&self, outgoing: &Outgoing, url: &str) -> Result<PublicKey, OutgoingError> {
        if let Some(key) = self.keys.lock().await.get(url) {
            return Ok(key.clone());
        }
        let _turn = self.fetching.lock().await;
        if let Some(key) = self.keys.lock().await.get(url) {
            return Ok(key.clone());
        }
        let answer = outgoing.get(url, Trust::Nobody).await?;
        if answer.status != 200 {
            return Err(OutgoingError::Failed(format!("the certificate server responded {}", answer.status)));
        }
        let key = read_key(&answer.body).ok_or_else(|| OutgoingError::Failed("it is not a certificate".to_owned()))?;
        self.remember(url, key.clone()).await;
        Ok(key)
    }

    /// Adds a key to the cache without a request.
    pub async fn remember(&self, url: &str, key: PublicKey) {
        let mut keys = self.keys.lock().await;
        if keys.len() >= MAX_KEYS {
            keys.clear();
        }
        keys.insert(url.to_owned(), key);
    }
}

/// The public key of a PEM certificate (RFC 7468); `None` if it cannot be parsed.
pub fn read_key(pem: &[u8]) -> Option<PublicKey> {
    let certificate = Certificate::from_pem(pem).ok()?;
    certificate.tbs_certificate().subject_public_key_info().subject_public_key.as_bytes().map(Arc::from)
}
