//! The settings of a source as form fields, with label, help and possible values.

use crate::types::FIELDS;

/// How a setting is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// One of these values, each with its label; empty keeps the default.
    Choice(&'static [(&'static str, &'static str)]),
}

/// A setting as it is shown.
#[derive(Clone, Debug)]
pub struct Setting {
    pub label: String,
    pub hint: &'static str,
    pub input: Input,
}

/// Settings that every source has.
pub const COMMON: [&str; 5] = ["alert_from", "unreadable", "max_body", "replay_window", "public_url"];

const SEVERITIES: Input =
    Input::Choice(&[("info", "Info"), ("warning", "Warning"), ("error", "Error"), ("critical", "Critical")]);
const AUTH: Input = Input::Choice(&[
    ("bearer", "Authorization: Bearer"),
    ("basic", "Authorization: Basic, as the password"),
    ("header", "In a custom header"),
    ("query", "In the URL"),
]);
const ALGORITHM: Input =
    Input::Choice(&[("sha256", "HMAC-SHA256"), ("sha512", "HMAC-SHA512"), ("sha1", "HMAC-SHA1"), ("md5", "HMAC-MD5")]);
const KEY: Input =
    Input::Choice(&[("verbatim", "As it is"), ("hex", "Hex"), ("base64", "Base64"), ("whsec", "whsec_ and base64")]);

/// How a setting is shown; one that only a pack knows is a text field without help.
pub fn describe(name: &str) -> Option<Setting> {
    use Input::{Choice, Number, Text};
    let (label, hint, input) = match name {
        "alert_from" => ("Minimum severity", "Less severe events are stored but do not create alerts", SEVERITIES),
        "unreadable" => (
            "Severity of unreadable bodies",
            "Of the alert about a body that cannot be read; warning by default",
            SEVERITIES,
        ),
        "max_body" => ("Maximum body size in bytes", "Larger requests are rejected with 413", Number),
        "replay_window" => (
            "Duplicate window in seconds",
            "Deliveries with the same type and body within this window are duplicates. For senders without delivery IDs",
            Number,
        ),
        "public_url" => ("Public URL", "The URL that the provider posts to, if it is not the one shown above", Text),
        "auth" => ("How the secret is sent", "", AUTH),
        "user" => ("User name", "For Authorization: Basic; blank accepts any", Text),
        "header" => ("Header", "Name of the header with the signature or the secret", Text),
        "algorithm" => ("Algorithm", "", ALGORITHM),
        "encoding" => ("Encoding of the signature", "", Choice(&[("hex", "Hex"), ("base64", "Base64")])),
        "prefix" => ("Prefix of the signature", "Text before it in the header, such as sha256=", Text),
        "template" => ("Signed content", "For example {ts}.{body}", Text),
        "timestamp_header" => ("Timestamp header", "Name of the header with the time of the signature", Text),
        "tolerance" => {
            ("Timestamp tolerance in seconds", "How far the timestamp may be off in either direction", Number)
        }
        "key" => ("Format of the secret", "", KEY),
        "separator" => ("Separator", "Between several signatures in one header", Text),
        "type_header" => ("Event type header", "Name of the header with the type of the event", Text),
        "id_header" => ("Delivery ID header", "Name of the header with the delivery ID", Text),
        "verify_token" => ("Verify token", "Any value you choose; enter the same value at the provider", Text),
        "test_mode" => {
            ("Test mode", "For a test endpoint: lets its events be more severe than info", Choice(&[("true", "On")]))
        }
        name => return field(name),
    };
    Some(Setting { label: label.to_owned(), hint, input })
}

/// A setting that chooses a field of the payload.
fn field(name: &str) -> Option<Setting> {
    let (_, part) = FIELDS.iter().find(|(setting, _)| *setting == name)?;
    let hint = "A path such as $.check.name; leave blank to use common field names";
    Some(Setting { label: format!("Field of the {}", part.to_lowercase()), hint, input: Input::Text })
}
