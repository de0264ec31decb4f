//! How a provider signs: the header, what is signed, with which algorithm, in which form.

mod template;
mod words;

use serde::Deserialize;

pub use template::Part;
pub use words::{Algorithm, Auth, Encoding, KeyForm, Scheme, TimestampUnit};

/// How to verify, and to sign, a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    #[serde(default)]
    pub scheme: Scheme,
    /// Names of the header with the signature or token; the first that is present counts.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Where the signature stands in the JSON body instead.
    pub signature_pointer: Option<String>,
    /// Where a token stands.
    pub auth: Option<Auth>,
    /// The user that goes with a token as password; None takes any.
    pub user: Option<String>,
    #[serde(default)]
    pub algorithm: Algorithm,
    #[serde(default)]
    pub encoding: Encoding,
    /// Stands before every signature.
    #[serde(default)]
    pub prefix: String,
    /// What is signed, of `{body}`, `{ts}`, `{id}`, `{url}`, `{params}` and JSON pointers such as `{/token}`.
    #[serde(default = "body_only")]
    pub template: String,
    /// What is signed once a setting names the header with the timestamp.
    pub stamped_template: Option<String>,
    #[serde(default)]
    pub key: KeyForm,
    /// Where one header holds several elements.
    pub separator: Option<String>,
    /// Elements are `key=value`, and the signatures are those of this key.
    pub signature_key: Option<String>,
    /// The element that holds the timestamp.
    pub timestamp_key: Option<String>,
    /// The header that holds the timestamp.
    pub timestamp_header: Option<String>,
    /// Where the timestamp stands in the JSON body.
    pub timestamp_pointer: Option<String>,
    #[serde(default)]
    pub timestamp_unit: TimestampUnit,
    /// The header that holds the id, where it is signed.
    pub id_header: Option<String>,
    /// Name in the URL's query of the body's SHA-256 in hex, which covers a body that is not a form (Twilio).
    pub body_hash: Option<String>,
    /// How far a timestamp may be off, to both sides, in seconds.
    #[serde(default = "five_minutes")]
    pub tolerance: i64,
}

impl Recipe {
    /// The template in parts, or what is wrong with it.
    pub fn parts(&self) -> Result<Vec<Part<'_>>, String> {
        template::parts(&self.template)
    }

    /// The word in a verdict, such as `hmac-sha256`.
    pub const fn scheme_word(&self) -> &'static str {
        match self.scheme {
            Scheme::Hmac => self.algorithm.scheme(),
            Scheme::Ed25519 => "ed25519",
            Scheme::Sns => "sns-rsa",
            Scheme::Token => "token",
        }
    }

    /// Where a token stands; a named header is the default where there is one.
    pub fn auth(&self) -> Auth {
        let default = if self.headers.is_empty() { Auth::Bearer } else { Auth::Header };
        self.auth.unwrap_or(default)
    }

    /// Names the header with the timestamp, which some recipes sign only then (Grafana).
    pub fn stamp_by(&mut self, header: &str) {
        self.timestamp_header = Some(header.to_owned()).filter(|name| !name.is_empty());
        if let Some(template) = self.stamped_template.clone().filter(|_| self.timestamp_header.is_some()) {
            self.template = template;
        }
    }

    /// Whether a timestamp is part of the scheme.
    pub const fn has_timestamp(&self) -> bool {
        self.timestamp_key.is_some() || self.timestamp_header.is_some() || self.timestamp_pointer.is_some()
    }

    /// What is wrong with it, if anything is.
    pub fn check(&self) -> Result<(), String> {
        if self.scheme == Scheme::Sns {
            return Ok(());
        }
        let names_no_header = self.headers.iter().all(String::is_empty);
        if self.scheme == Scheme::Token {
            let is_missing = names_no_header && self.auth() == Auth::Header;
            return if is_missing { Err("verify.headers names no header for the token".to_owned()) } else { Ok(()) };
        }
        let parts = self.parts()?;
        if names_no_header && self.signature_pointer.is_none() {
            return Err("verify.headers names no header".to_owned());
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
