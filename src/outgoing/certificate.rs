//! Public keys from certificates that are fetched by URL and cached.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use x509_cert::Certificate;
use x509_cert::der::DecodePem;

use super::{Outgoing, OutgoingError, Trust};

/// Maximum number of cached keys; AWS has one or two certificates per region, PayPal a few.
const MAX_KEYS: usize = 64;

/// How long a fetch waits for the one before it from the same host, and how long a failed one is not repeated.
const WAIT: Duration = Duration::from_secs(2);
const FAILED: Duration = Duration::from_secs(60);

/// An RSA public key in PKCS #1 form (DER).
pub type PublicKey = Arc<[u8]>;

/// The cached keys, by URL. Never expire; any one goes when the cache is full.
#[derive(Debug, Default)]
pub struct Certificates {
    keys: Mutex<HashMap<String, PublicKey>>,
    failed: Mutex<HashMap<String, Instant>>,
    /// By host. Their names come from the code, not from requests, so there are few.
    fetching: Mutex<HashMap<String, Arc<Mutex<()>>>>,
}

impl Certificates {
    /// The public key of the certificate at a URL. Fetches from one host are serialized, so that unauthenticated deliveries
    /// cannot trigger many concurrent requests.
    pub async fn public_key(&self, outgoing: &Outgoing, url: &Url) -> Result<PublicKey, OutgoingError> {
        if let Some(key) = self.known(url).await {
            return key;
        }
        let turn = self.fetching.lock().await.entry(url.host_str().unwrap_or_default().to_owned()).or_default().clone();
        let busy = |_| OutgoingError::Failed("other certificates are being fetched".to_owned());
        let _turn = timeout(WAIT, turn.lock()).await.map_err(busy)?;
        if let Some(key) = self.known(url).await {
            return key;
        }
        let fetched = fetch(outgoing, url).await;
        match &fetched {
            Ok(key) => self.remember(url.as_str(), key.clone()).await,
            Err(_) => insert(&mut *self.failed.lock().await, url.as_str(), Instant::now()),
        }
        fetched
    }

    /// A cached key, or a failure that was a moment ago.
    async fn known(&self, url: &Url) -> Option<Result<PublicKey, OutgoingError>> {
        if let Some(key) = self.keys.lock().await.get(url.as_str()) {
            return Some(Ok(key.clone()));
        }
        let failed = self.failed.lock().await.get(url.as_str()).is_some_and(|at| at.elapsed() < FAILED);
        failed.then(|| Err(OutgoingError::Failed("it could not be fetched a moment ago".to_owned())))
    }

    /// Adds a key to the cache without a request.
    pub async fn remember(&self, url: &str, key: PublicKey) {
        insert(&mut *self.keys.lock().await, url, key);
    }
}

fn insert<V>(map: &mut HashMap<String, V>, url: &str, value: V) {
    if map.len() >= MAX_KEYS
        && let Some(other) = map.keys().next().cloned()
    {
        map.remove(&other);
    }
    map.insert(url.to_owned(), value);
}

async fn fetch(outgoing: &Outgoing, url: &Url) -> Result<PublicKey, OutgoingError> {
    let answer = outgoing.get(url.as_str(), Trust::Nobody).await?;
    if answer.status != 200 {
        return Err(OutgoingError::Failed(format!("the certificate server responded {}", answer.status)));
    }
    read_key(&answer.body).ok_or_else(|| OutgoingError::Failed("it is not a certificate".to_owned()))
}

/// The public key of a PEM certificate (RFC 7468); `None` if it cannot be parsed.
pub fn read_key(pem: &[u8]) -> Option<PublicKey> {
    let certificate = Certificate::from_pem(pem).ok()?;
    certificate.tbs_certificate().subject_public_key_info().subject_public_key.as_bytes().map(Arc::from)
}
