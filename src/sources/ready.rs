//! A source as the verifier needs it.

use std::sync::Arc;

use crate::provider::{Identify, Pack, Recipe, Scheme, Settings, decode_key};

/// A source with everything at hand.
#[derive(Debug)]
pub struct LoadedSource {
    pub id: i64,
    pub slug: String,
    pub name: String,
    pub is_active: bool,
    pub settings: Settings,
    pub pack: Arc<Pack>,
    pub identify: Identify,
    /// Largest body in bytes.
    pub max_body: u64,
    pub methods: Vec<VerificationMethod>,
}

impl LoadedSource {
    /// Whether a header holds the secret itself.
    pub fn is_token_header(&self, name: &str) -> bool {
        let tokens = self.methods.iter().filter(|method| method.recipe.scheme == Scheme::Token);
        tokens.flat_map(|method| &method.recipe.headers).any(|header| header.eq_ignore_ascii_case(name))
    }

    /// The word for how its deliveries are proved, such as `hmac-sha256`.
    pub fn scheme(&self) -> &'static str {
        self.methods.first().map_or("unknown", |method| method.recipe.scheme_word())
    }
}

/// One way to prove a delivery, with the secrets in the form it needs.
#[derive(Debug)]
pub struct VerificationMethod {
    pub recipe: Recipe,
    pub keys: Vec<Key>,
}

/// The ways that a secret fits; which of several schemes a source uses is told by the form of its secret.
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

/// A secret in force.
#[derive(Clone)]
pub struct Key {
    pub bytes: Vec<u8>,
    /// When it stops being accepted; None for the current one.
    pub until: Option<i64>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}
