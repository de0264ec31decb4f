//! Headers and query of a rejected request, stored encrypted: they may contain a token, and verifying again needs them.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use super::Refused;
use crate::crypto::Crypto;

/// The column to which the ciphertext is bound (AAD).
const COLUMN: &str = "quarantine.sealed";

#[derive(Deserialize, Serialize)]
struct Parts {
    /// Values as Latin-1, which preserves every byte.
    headers: Vec<(String, String)>,
    query: Option<String>,
}

/// Encrypts for the row of this request.
pub fn seal(crypto: &Crypto, refused: &Refused) -> anyhow::Result<String> {
    let latin = |value: &HeaderValue| value.as_bytes().iter().map(|byte| char::from(*byte)).collect();
    let headers = refused.headers.iter().map(|(name, value)| (name.to_string(), latin(value))).collect();
    let parts = serde_json::to_vec(&Parts { headers, query: refused.query.clone() })?;
    crypto.seal(COLUMN, &refused.request_id, &parts)
}

/// Decrypts headers and query of the row with this request id.
pub fn open(crypto: &Crypto, request_id: &str, sealed: &str) -> anyhow::Result<(HeaderMap, Option<String>)> {
    let parts: Parts = serde_json::from_slice(&crypto.open(COLUMN, request_id, sealed)?)?;
    let mut headers = HeaderMap::new();
    for (name, value) in &parts.headers {
        let bytes: Vec<u8> = value.chars().map(|c| c as u8).collect();
        headers.append(HeaderName::try_from(name)?, HeaderValue::from_bytes(&bytes)?);
    }
    Ok((headers, parts.query))
}
