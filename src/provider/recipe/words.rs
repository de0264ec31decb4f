//! The enums of a recipe.

use serde::Deserialize;

/// HMAC algorithm, RFC 2104.
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
    /// The scheme name in a verdict, such as `hmac-sha256`.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Sha256 => "hmac-sha256",
            Self::Sha512 => "hmac-sha512",
            Self::Sha1 => "hmac-sha1",
            Self::Md5 => "hmac-md5",
        }
    }
}

/// Encoding of a signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    #[default]
    Hex,
    Base64,
}

/// How the key is derived from the secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyForm {
    #[default]
    Verbatim,
    Hex,
    Base64,
    /// `whsec_` and base64 (Standard Webhooks). Stripe's secrets look the same, but are used verbatim.
    Whsec,
    /// `whpk_` and base64: a public key (Standard Webhooks, Ed25519).
    Whpk,
}

/// How a delivery is authenticated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    #[default]
    Hmac,
    /// A signature with the provider's private key, RFC 8032; the secret is the public key.
    Ed25519,
    /// Amazon SNS: a signature in the body, verified with the certificate whose URL is in the body; the secret is the topic's
    /// ARN.
    Sns,
    /// The secret itself, in a header or as in RFC 6750 (Bearer) and RFC 7617 (Basic).
    Token,
}

/// Where a token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    Header,
    Bearer,
    Basic,
}

/// Format of a timestamp.
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
