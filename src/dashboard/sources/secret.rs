//! Secrets of sources: generation, validation and warnings.

use app::Error;

use crate::crypto::random_token;
use crate::provider::{KeyForm, Recipe, Scheme};
use crate::sources::methods;

/// A shorter secret is accepted with a warning.
const SHORT: usize = 16;

/// Generates a secret in the key format that the source's recipes need.
pub fn generate_secret(recipes: &[Recipe]) -> String {
    use base64::Engine;
    let bytes: [u8; 32] = rand::random();
    let base64 = || base64::engine::general_purpose::STANDARD.encode(bytes);
    match recipes.first().map(|recipe| recipe.key).unwrap_or_default() {
        KeyForm::Verbatim | KeyForm::Whpk | KeyForm::P256 => random_token("oc_"),
        KeyForm::Hex => hex::encode(bytes),
        KeyForm::Base64 => base64(),
        KeyForm::Whsec => format!("whsec_{}", base64()),
    }
}

pub fn check_secret(recipes: &[Recipe], secret: &str) -> app::Result<()> {
    if secret.is_empty() {
        return Err(Error::invalid("secret", "must not be empty"));
    }
    if secret.trim() != secret {
        return Err(Error::invalid("secret", "must not start or end with whitespace"));
    }
    methods(recipes, secret).map(drop).map_err(|why| Error::invalid("secret", why))
}

/// A new secret must not be guessable. That of a new source may be, as some providers issue short ones.
pub fn check_length(secret: &str) -> app::Result<()> {
    if secret.chars().count() < SHORT {
        return Err(Error::invalid("secret", format!("must have at least {SHORT} characters")));
    }
    Ok(())
}

pub fn warnings(recipes: &[Recipe], secret: &str) -> Vec<String> {
    let short = format!("The secret has fewer than {SHORT} characters and may be guessable.");
    let no_topic = "Deliveries are accepted once the secret is the ARN of the topic.".to_owned();
    let wants_topic = recipes.iter().any(|recipe| recipe.scheme == Scheme::Sns) && !secret.starts_with("arn:");
    let mut warnings = Vec::new();
    warnings.extend((secret.chars().count() < SHORT).then_some(short));
    warnings.extend(wants_topic.then_some(no_topic));
    warnings
}
