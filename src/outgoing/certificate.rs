//! Public keys out of certificates that are fetched by URL, each once.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;
use x509_cert::Certificate;
use x509_cert::der::DecodePem;

use super::{Outgoing, OutgoingError, Trust};

/// Keys remembered; AWS has one or two certificates a region.
const MAX_KEYS: usize = 64;

/// An RSA public key as PKCS #1 has it (DER).
pub type PublicKey = Arc<[u8]>;

/// The keys that were fetched.
#[derive(Debug, Default)]
pub struct Certificates {
    keys: Mutex<HashMap<String, PublicKey>>,
    fetching: Mutex<()>,
}

impl Certificates {
    /// The key of the certificate at a URL. One is fetched at a time, so that strangers cannot make many requests of one.
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
            return Err(OutgoingError::Failed(format!("the certificate's server answered {}", answer.status)));
        }
        let key = read_key(&answer.body).ok_or_else(|| OutgoingError::Failed("it is no certificate".to_owned()))?;
        self.remember(url, key.clone()).await;
        Ok(key)
    }

    /// Makes a key known without asking.
    pub async fn remember(&self, url: &str, key: PublicKey) {
        let mut keys = self.keys.lock().await;
        if keys.len() >= MAX_KEYS {
            keys.clear();
        }
        keys.insert(url.to_owned(), key);
    }
}

/// The key of a certificate in PEM (RFC 7468).
pub fn read_key(pem: &[u8]) -> Option<PublicKey> {
    let certificate = Certificate::from_pem(pem).ok()?;
    certificate.tbs_certificate().subject_public_key_info().subject_public_key.as_bytes().map(Arc::from)
}
