//! What to do about a rejected request, by its reason.

use crate::types::{ProviderInfo, SourceSetup};

/// Sentences with `**` and backticks as in a pack's steps; `None` if the reason says it all.
pub fn advice(setup: &SourceSetup, reason: &str) -> Option<String> {
    let provider = &setup.provider;
    if setup.source.awaits_secret && matches!(reason, "mismatch" | "wrong_token" | "malformed" | "other_topic") {
        let secret = provider.issues.as_deref().unwrap_or("secret");
        return Some(format!("Enter the {secret} of {}, then verify the request again.", provider.name));
    }
    let first = match reason {
        "mismatch" | "wrong_token" => correct_secret(provider),
        "previous_secret" => {
            format!("{} still uses the previous secret. Give it the current one.", provider.name)
        }
        "header_missing" if provider.steps.iter().any(|step| step.contains("{url}/SECRET")) => {
            "Check that the sender uses the whole URL, with the secret.".to_owned()
        }
        "header_missing" => {
            format!("Check that a secret is set in {} and that no proxy removes the header.", provider.name)
        }
        "stale" | "early" => "Check the clock of this server and of the sender.".to_owned(),
        "too_large" => "Raise the **maximum body size** in this source's settings.".to_owned(),
        "encoded" => "Send the body without compression.".to_owned(),
        _ => return None,
    };
    Some(
        [Some(first), provider.resend.as_ref().map(|resend| format!("{resend}."))]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

fn correct_secret(provider: &ProviderInfo) -> String {
    match &provider.issues {
        Some(secret) => format!("Replace the secret here with the {secret} shown in {}.", provider.name),
        None => format!("Paste this source's secret in {} again, or rotate it to get a new one.", provider.name),
    }
}

#[cfg(test)]
mod tests {
    use super::advice;
    use crate::types::{ProviderInfo, Source, SourceSetup};

    fn setup(issues: Option<&str>, awaits_secret: bool) -> SourceSetup {
        let provider = ProviderInfo {
            name: "Acme".to_owned(),
            issues: issues.map(str::to_owned),
            resend: Some("Press **Redeliver**".to_owned()),
            ..ProviderInfo::default()
        };
        let source = Source {
            id: 1,
            name: "Acme".to_owned(),
            slug: "acme".to_owned(),
            provider: "acme".to_owned(),
            settings: serde_json::Map::new(),
            is_active: true,
            awaits_secret,
            created_at: 0,
            updated_at: 0,
        };
        let url = String::new();
        SourceSetup {
            source,
            provider,
            url,
            last_event_at: None,
            previous_until: None,
            refused: vec![],
            broken: None,
            now: 0,
        }
    }

    #[test]
    fn a_missing_secret_is_asked_for_before_anything_else() {
        let waits = setup(Some("signing secret"), true);
        let said = advice(&waits, "mismatch").unwrap();
        assert_eq!(said, "Enter the signing secret of Acme, then verify the request again.");
        assert!(advice(&waits, "too_large").unwrap().contains("maximum body size"));
    }

    #[test]
    fn a_wrong_secret_says_where_the_right_one_is_and_how_to_send_again() {
        let theirs = advice(&setup(Some("signing secret"), false), "mismatch").unwrap();
        assert_eq!(theirs, "Replace the secret here with the signing secret shown in Acme. Press **Redeliver**.");
        let ours = advice(&setup(None, false), "wrong_token").unwrap();
        assert!(ours.starts_with("Paste this source's secret in Acme again"), "{ours}");
        assert_eq!(advice(&setup(None, false), "crowded"), None);
    }
}
