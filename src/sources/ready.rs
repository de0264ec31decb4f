//! A source as the verifier needs it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::db::WorkItem;
use crate::provider::{Delivery, Identify, Pack, Recipe, Scheme, Settings, decode_key};

/// A source with its pack, settings and keys.
#[derive(Debug)]
pub struct LoadedSource {
    /// `webhook_sources.id`.
    pub id: i64,
    /// Last segment of the webhook address.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// False if it is paused or deleted: deliveries are answered as if it did not exist.
    pub is_active: bool,
    /// Whether the secret that the provider issues is still to be entered.
    pub awaits_secret: bool,
    /// Settings as stored, without those that are no longer valid.
    pub settings: Settings,
    /// The pack of its provider.
    pub pack: Arc<Pack>,
    /// Where event type and delivery id are found, by pack and settings.
    pub identify: Identify,
    /// Maximum body size in bytes.
    pub max_body: u64,
    /// In the pack's order; the first one whose signature is present decides.
    pub methods: Vec<VerificationMethod>,
}

impl LoadedSource {
    /// Whether the header contains the secret itself.
    pub fn is_token_header(&self, name: &str) -> bool {
        let tokens = self.methods.iter().filter(|method| method.recipe.scheme == Scheme::Token);
        tokens.flat_map(|method| &method.recipe.headers).any(|header| header.eq_ignore_ascii_case(name))
    }

    /// An event as the mapper takes it, with these settings.
    pub fn delivery<'a>(&'a self, event: &'a WorkItem, settings: &'a BTreeMap<String, String>) -> Delivery<'a> {
        Delivery {
            event_type: &event.event_type,
            content_type: &event.content_type,
            payload: &event.payload,
            source: &self.name,
            settings,
            received: event.created_at,
        }
    }

    /// The scheme of its deliveries, such as `hmac-sha256`.
    pub fn scheme(&self) -> &'static str {
        self.methods.first().map_or("unknown", |method| method.recipe.scheme_word())
    }
}

/// A verification recipe with its decoded keys.
#[derive(Debug)]
pub struct VerificationMethod {
    /// The pack's recipe with the source's settings applied.
    pub recipe: Recipe,
    /// The current key, then the previous one, if any.
    pub keys: Vec<Key>,
}

/// The methods that the secret can be used with; among several schemes, the format of the secret decides. Fails if it
/// fits none, with the reason of the first.
pub fn methods(recipes: &[Recipe], secret: &str) -> Result<Vec<VerificationMethod>, String> {
    let mut first_error = None;
    let mut methods = Vec::with_capacity(recipes.len());
    for recipe in recipes {
        match decode_key(recipe.key, secret) {
            Ok(bytes) => {
                methods.push(VerificationMethod { recipe: recipe.clone(), keys: vec![Key { bytes, until: None }] })
            }
            Err(why) => first_error = first_error.or(Some(why)),
        }
    }
    if methods.is_empty() { Err(first_error.unwrap_or_default()) } else { Ok(methods) }
}

/// A key of a source; `Debug` does not print it.
#[derive(Clone)]
pub struct Key {
    /// Decoded from the secret by the recipe's key form.
    pub bytes: Vec<u8>,
    /// When it expires, in Unix milliseconds; `None` for the current one.
    pub until: Option<i64>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}
