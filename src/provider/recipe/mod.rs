//! Signature recipes: the header, the signed content, the algorithm and the encoding.

mod template;
mod words;

use serde::Deserialize;

pub use template::Part;
pub use words::{Algorithm, Auth, Encoding, KeyForm, Scheme, TimestampUnit};

/// How to verify a delivery, and how to sign one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// How deliveries are authenticated; HMAC by default.
    #[serde(default)]
    pub scheme: Scheme,
    /// Headers that may contain the signature or token; the first one present is used.
    #[serde(default)]
    pub headers: Vec<String>,
    /// JSON pointer to the signature, if it is in the body.
    pub signature_pointer: Option<String>,
    /// Where a token is sent; `None` for the default of [`Self::auth`].
    pub auth: Option<Auth>,
    /// User name sent with a token as password (Basic authentication); `None` accepts any.
    pub user: Option<String>,
    /// Hash of the HMAC; SHA-256 by default.
    #[serde(default)]
    pub algorithm: Algorithm,
    /// Encoding of the signature; hex by default.
    #[serde(default)]
    pub encoding: Encoding,
    /// Prefix of every signature.
    #[serde(default)]
    pub prefix: String,
    /// The signed content, composed of `{body}`, `{payload}`, `{ts}`, `{id}`, `{url}`, `{params}` and JSON pointers such as `{/token}`.
    #[serde(default = "body_only")]
    pub template: String,
    /// Replaces `template` if a setting names the timestamp header.
    pub stamped_template: Option<String>,
    /// How the secret becomes key bytes; verbatim by default.
    #[serde(default)]
    pub key: KeyForm,
    /// Separator, if one header contains several elements.
    pub separator: Option<String>,
    /// Elements are `key=value`; signatures have this key.
    pub signature_key: Option<String>,
    /// Key of the element with the timestamp.
    pub timestamp_key: Option<String>,
    /// Header with the timestamp.
    pub timestamp_header: Option<String>,
    /// JSON pointer to the timestamp in the body.
    pub timestamp_pointer: Option<String>,
    /// Format of the timestamp; Unix seconds by default.
    #[serde(default)]
    pub timestamp_unit: TimestampUnit,
    /// Header with the delivery id, if the id is signed.
    pub id_header: Option<String>,
    /// Query parameter with the body's SHA-256 in hex, which covers a body that is not a form (Twilio).
    pub body_hash: Option<String>,
    /// Tolerance of the timestamp in both directions, in seconds.
    #[serde(default = "five_minutes")]
    pub tolerance: i64,
}

impl Recipe {
    /// Parses the template; an error says what is wrong.
    pub fn parts(&self) -> Result<Vec<Part<'_>>, String> {
        template::parts(&self.template)
    }

    /// The scheme name in a verdict, such as `hmac-sha256`.
    pub const fn scheme_word(&self) -> &'static str {
        match self.scheme {
            Scheme::Hmac => self.algorithm.scheme(),
            Scheme::Ed25519 => "ed25519",
            Scheme::Ecdsa => "ecdsa-p256",
            Scheme::Sns => "sns-rsa",
            Scheme::Paypal => "paypal-rsa",
            Scheme::Token => "token",
        }
    }

    /// Where a token is sent; by default in the named header, or else as a bearer token.
    pub fn auth(&self) -> Auth {
        let default = if self.headers.is_empty() { Auth::Bearer } else { Auth::Header };
        self.auth.unwrap_or(default)
    }

    /// Sets the timestamp header. Some recipes sign a timestamp only if it is set (Grafana).
    pub fn stamp_by(&mut self, header: &str) {
        self.timestamp_header = Some(header.to_owned()).filter(|name| !name.is_empty());
        if let Some(template) = self.stamped_template.clone().filter(|_| self.timestamp_header.is_some()) {
            self.template = template;
        }
    }

    /// Whether only fields of the JSON body are signed.
    pub fn signs_fields(&self) -> bool {
        let parts = self.parts().unwrap_or_default();
        let has_pointer = parts.iter().any(|part| matches!(part, Part::Pointer(_)));
        has_pointer && !parts.iter().any(|part| matches!(part, Part::Body | Part::Payload))
    }

    /// Whether the scheme includes a timestamp.
    pub const fn has_timestamp(&self) -> bool {
        self.timestamp_key.is_some() || self.timestamp_header.is_some() || self.timestamp_pointer.is_some()
    }

    /// Validates the recipe; an error says what is wrong.
    pub fn check(&self) -> Result<(), String> {
        if self.scheme == Scheme::Sns {
            return Ok(());
        }
        let names_no_header = self.headers.iter().all(String::is_empty);
        if self.scheme == Scheme::Token {
            let is_missing = names_no_header && self.auth() == Auth::Header;
            return if is_missing { Err("verify.headers must list a header for the token".to_owned()) } else { Ok(()) };
        }
        let parts = self.parts()?;
        if names_no_header && self.signature_pointer.is_none() {
            return Err("verify.headers must list a header".to_owned());
        }
        if parts.contains(&Part::Timestamp) && !self.has_timestamp() {
            return Err(
                "the template signs {ts}, but none of timestamp_header, timestamp_key and timestamp_pointer is set"
                    .to_owned(),
            );
        }
        if parts.contains(&Part::Id) && self.id_header.is_none() {
            return Err("the template signs {id}, but id_header is not set".to_owned());
        }
        if self.tolerance <= 0 {
            return Err("tolerance must be more than 0 seconds".to_owned());
        }
        Ok(())
    }
}

fn body_only() -> String {
    "{body}".to_owned()
}

const fn five_minutes() -> i64 {
    300
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(template: &str) -> Recipe {
        Recipe { headers: vec!["X-S".into()], template: template.into(), tolerance: 300, ..Recipe::default() }
    }

    #[test]
    fn a_template_is_cut_into_parts() {
        let recipe = recipe("v0:{ts}:{body}");
        let parts = [Part::Literal("v0:"), Part::Timestamp, Part::Literal(":"), Part::Body];
        assert_eq!(recipe.parts().unwrap(), parts);
    }

    #[test]
    fn a_recipe_that_cannot_work_is_refused() {
        assert!(recipe("{ts}").check().unwrap_err().contains("must sign {body}"));
        assert!(recipe("{ts}.{body}").check().unwrap_err().contains("timestamp_header"));
        assert!(recipe("{id}.{body}").check().unwrap_err().contains("id_header"));
        assert!(recipe("{bdy}").check().unwrap_err().contains("{bdy}"));
        assert!(recipe("{body").check().unwrap_err().contains("without '}'"));
    }
}
