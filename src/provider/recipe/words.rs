//! The words a recipe is written with.

use serde::Deserialize;

/// A keyed hash, RFC 2104.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    #[default]
    Sha256,
    Sha512,
    Sha1,
    Md5,
}

impl Algorithm {
    /// The word in a verdict, such as `hmac-sha256`.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Sha256 => "hmac-sha256",
            Self::Sha512 => "hmac-sha512",
            Self::Sha1 => "hmac-sha1",
            Self::Md5 => "hmac-md5",
        }
    }
}

/// How the signature's bytes are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    #[default]
    Hex,
    Base64,
}

/// How the secret becomes the key's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyForm {
    #[default]
    Verbatim,
    Hex,
    Base64,
    /// `whsec_` and base64 (Standard Webhooks; Stripe's looks alike and is verbatim).
    Whsec,
    /// `whpk_` and base64: a public key (Standard Webhooks, Ed25519).
    Whpk,
}

/// What proves that a delivery is genuine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    #[default]
    Hmac,
    /// A signature by the provider's private key, RFC 8032; the secret is the public key.
    Ed25519,
    /// Amazon SNS: a signature inside the body by a certificate that the body names; the secret is the topic's ARN.
    Sns,
    /// The secret itself, in a header or as RFC 6750 and RFC 7617 have it.
    Token,
}

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    Header,
    Bearer,
    Basic,
}

/// How a timestamp is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum TimestampUnit {
    /// Unix seconds.
    #[default]
    #[serde(rename = "s")]
    Seconds,
    /// Unix milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// RFC 3339.
    #[serde(rename = "iso")]
    Iso,
}
