//! Test vectors with signatures from third parties: `{pack}/vectors.toml` beside the packs, for the verifier's tests.

use std::collections::BTreeMap;

use base64::Engine;
use serde::Deserialize;

use super::catalog::vector_files;

/// A request signed by a provider's own implementation, or one that must be rejected.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// Origin of the vector.
    pub from: String,
    pub secret: String,
    /// Time of the receiver's clock, in Unix seconds.
    pub at: i64,
    #[serde(default)]
    pub url: String,
    #[serde(default = "json")]
    pub content_type: String,
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    body_base64: Option<String>,
    pub holds: bool,
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Whether the file's certificate is available to the verifier.
    #[serde(default)]
    pub certified: bool,
    /// The PEM certificate, which the file contains once.
    #[serde(skip)]
    pub certificate: Option<String>,
}

#[derive(Deserialize)]
struct File {
    certificate: Option<String>,
    vector: Vec<Vector>,
}

impl Vector {
    /// The bytes as sent.
    pub fn body(&self) -> Vec<u8> {
        match &self.body_base64 {
            Some(text) => base64::engine::general_purpose::STANDARD.decode(text).unwrap(),
            None => self.body.clone().into_bytes(),
        }
    }
}

/// Every vector with the id of its pack.
pub fn all() -> Vec<(String, Vector)> {
    let read = |(pack, text): (String, String)| {
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{pack}: {error}"));
        let certificate = file.certificate;
        let certified =
            move |vector: Vector| Vector { certificate: certificate.clone().filter(|_| vector.certified), ..vector };
        file.vector.into_iter().map(move |vector| (pack.clone(), certified(vector)))
    };
    vector_files().into_iter().flat_map(read).collect()
}

fn json() -> String {
    "application/json".to_owned()
}
