//! Diagnoses a signature mismatch by testing for two frequent mistakes: the secret of another source, and a body that was
//! re-encoded in transit.

use std::sync::Arc;

use axum::body::Bytes;

use super::Refused;
use crate::ingest::request::public_url;
use crate::ingest::{RejectReason, verify};
use crate::ops::Ops;
use crate::provider::reformat_json;
use crate::sources::{LoadedSource, VerificationMethod};

/// Largest body that is diagnosed, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// What would have matched, worded as a continuation of the reject reason; `None` if nothing did.
pub fn mismatch(ops: &Ops, refused: &Refused, others: &[Arc<LoadedSource>]) -> Option<String> {
    if !matches!(refused.reason, RejectReason::Mismatch | RejectReason::WrongToken) {
        return None;
    }
    if refused.source.awaits_secret {
        let secret = refused.source.pack.issues.as_deref().unwrap_or("secret");
        return Some(format!("the {secret} of {} has not been entered yet", refused.source.pack.name));
    }
    let body = refused.body.as_ref()?;
    if body.len() > MAX_BODY {
        return None;
    }
    let url = public_url(ops, &refused.source, refused.query.as_deref());
    let holds = |methods: &[VerificationMethod], body: &Bytes| {
        verify(methods, &refused.with_body(body).to_verify(&url)).is_ok()
    };
    let other =
        others.iter().find(|other| other.id != refused.source.id && holds(&with_keys_of(&refused.source, other), body));
    if let Some(other) = other {
        return Some(format!("it matches the secret of the source {}", other.slug));
    }
    let (form, _) = encodings(body).into_iter().find(|(_, body)| holds(&refused.source.methods, body))?;
    Some(format!("the body was re-encoded in transit; it matches {form}"))
}

/// The verification methods of one source with the secrets of another.
fn with_keys_of(source: &LoadedSource, other: &LoadedSource) -> Vec<VerificationMethod> {
    let theirs =
        |method: &VerificationMethod| other.methods.iter().find(|theirs| theirs.recipe.key == method.recipe.key);
    let with = |method: &VerificationMethod| {
        Some(VerificationMethod { recipe: method.recipe.clone(), keys: theirs(method)?.keys.clone() })
    };
    source.methods.iter().filter_map(with).collect()
}

/// The same JSON document in other common encodings.
fn encodings(body: &Bytes) -> Vec<(&'static str, Bytes)> {
    let mut forms: Vec<(&str, Vec<u8>)> = vec![
        ("without trailing whitespace", body.trim_ascii_end().to_vec()),
        ("with a trailing newline", [body.trim_ascii_end(), b"\n"].concat()),
        ("without carriage returns", body.iter().copied().filter(|byte| *byte != b'\r').collect()),
    ];
    let spaced = |form, colon, comma| Some((form, reformat_json(body, colon, comma)?));
    forms.extend(spaced("as compact JSON", ":", ","));
    forms.extend(spaced("as JSON with spaces after colons and commas", ": ", ", "));
    forms.into_iter().filter(|(_, form)| form != body).map(|(words, form)| (words, form.into())).collect()
}
