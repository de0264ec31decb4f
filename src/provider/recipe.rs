//! How a provider signs: the header, what is signed, with which algorithm, in which form.

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
}

/// The only scheme of this engine so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    #[default]
    Hmac,
}

/// How to verify, and to sign, a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    #[serde(default)]
    pub scheme: Scheme,
    /// Names of the signature header; the first that is present counts.
    pub headers: Vec<String>,
    #[serde(default)]
    pub algorithm: Algorithm,
    #[serde(default)]
    pub encoding: Encoding,
    /// Stands before every signature.
    #[serde(default)]
    pub prefix: String,
    /// What is signed, of `{body}`, `{ts}` and `{id}`.
    #[serde(default = "body_only")]
    pub template: String,
    #[serde(default)]
    pub key: KeyForm,
    /// Where one header holds several elements.
    pub separator: Option<String>,
    /// Elements are `key=value`, and the signatures are those of this key.
    pub signature_key: Option<String>,
    /// The element that holds the timestamp.
    pub timestamp_key: Option<String>,
    /// The header that holds the timestamp, in Unix seconds.
    pub timestamp_header: Option<String>,
    /// The header that holds the id, where it is signed.
    pub id_header: Option<String>,
    /// How far a timestamp may be off, to both sides, in seconds.
    #[serde(default = "five_minutes")]
    pub tolerance: i64,
}

/// One part of what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    Literal(&'a str),
    Timestamp,
    Id,
    Body,
}

impl Recipe {
    /// The template in parts, or what is wrong with it.
    pub fn parts(&self) -> Result<Vec<Part<'_>>, String> {
        let mut parts = Vec::new();
        let mut rest = self.template.as_str();
        while let Some(open) = rest.find('{') {
            if open > 0 {
                parts.push(Part::Literal(&rest[..open]));
            }
            let close = rest[open..].find('}').ok_or("the template has a '{' without '}'")? + open;
            parts.push(named_part(&rest[open + 1..close])?);
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest));
        }
        if parts.contains(&Part::Body) { Ok(parts) } else { Err("the template must sign {body}".to_owned()) }
    }

    /// Whether a timestamp is part of the scheme.
    pub const fn has_timestamp(&self) -> bool {
        self.timestamp_key.is_some() || self.timestamp_header.is_some()
    }

    /// What is wrong with it, if anything is.
    pub fn check(&self) -> Result<(), String> {
        let parts = self.parts()?;
        if self.headers.iter().all(String::is_empty) {
            return Err("verify.headers names no header".to_owned());
        }
        if parts.contains(&Part::Timestamp) && !self.has_timestamp() {
            return Err("the template signs {ts}, but neither timestamp_header nor timestamp_key is set".to_owned());
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

fn named_part(name: &str) -> Result<Part<'static>, String> {
    match name {
        "body" => Ok(Part::Body),
        "ts" => Ok(Part::Timestamp),
        "id" => Ok(Part::Id),
        other => Err(format!("the template knows {{body}}, {{ts}} and {{id}}, not {{{other}}}")),
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
