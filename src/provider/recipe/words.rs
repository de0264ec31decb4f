//! The enums of a recipe.

use serde::Deserialize;

/// Hash algorithm of an HMAC (RFC 2104).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// HMAC-SHA256.
    #[default]
    Sha256,
    /// HMAC-SHA512.
    Sha512,
    /// HMAC-SHA1, which Twilio and Vercel use.
    Sha1,
    /// HMAC-MD5; no embedded pack uses it.
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
    /// Upper or lower case.
    #[default]
    Hex,
    /// Standard alphabet (RFC 4648, section 4); padding is optional.
    Base64,
}

/// How the key is derived from the secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyForm {
    /// The UTF-8 bytes of the secret.
    #[default]
    Verbatim,
    /// The secret is the key in hex.
    Hex,
    /// The secret is the key in base64.
    Base64,
    /// `whsec_` and base64 (Standard Webhooks). Stripe's secrets look the same, but are used verbatim.
    Whsec,
    /// `whpk_` and base64: a public key (Standard Webhooks, Ed25519).
    Whpk,
    /// A public key for P-256 in base64, as X.509 `SubjectPublicKeyInfo` (RFC 5480).
    P256,
}

/// How a delivery is authenticated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// An HMAC with the shared secret, RFC 2104.
    #[default]
    Hmac,
    /// A signature with the provider's private key, RFC 8032; the secret is the public key.
    Ed25519,
    /// A signature with the provider's private key, ECDSA with P-256 and SHA-256 (FIPS 186-5) in ASN.1; the secret is the public
    /// key as X.509 `SubjectPublicKeyInfo`.
    Ecdsa,
    /// Amazon SNS: a signature in the body, verified with the certificate whose URL is in the body; the secret is the topic's
    /// ARN.
    Sns,
    /// PayPal: a signature verified with the certificate whose URL is in a header; the secret is the webhook's id.
    Paypal,
    /// The secret itself, in a header or as in RFC 6750 (Bearer) and RFC 7617 (Basic).
    Token,
}

/// Where a token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    /// Verbatim in a header of its own.
    Header,
    /// `Authorization: Bearer`, RFC 6750.
    Bearer,
    /// As the password of `Authorization: Basic`, RFC 7617.
    Basic,
    /// `Authorization: GenieKey`, as Opsgenie's API takes it.
    Genie,
    /// In the URL, for senders that can set nothing else: parameter `token`, or the last segment of the path.
    Query,
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
