//! Template filters for packs, in addition to minijinja's own. None of them fails.

use app::types::number::grouped;
use app::types::time;
use minijinja::{Environment, Value};

/// Currencies without a minor unit (Stripe's list of zero-decimal currencies).
const ZERO_DECIMAL: [&str; 16] =
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"];

/// Registers the filters.
pub fn add(env: &mut Environment<'static>) {
    env.add_filter("first_line", |text: Value| text_of(&text).lines().next().unwrap_or_default().to_owned());
    env.add_filter("short", |text: Value| text_of(&text).chars().take(7).collect::<String>());
    env.add_filter("branch", |text: Value| branch(&text_of(&text)).to_owned());
    env.add_filter("money", |amount: Value, currency: Value| money(&amount, &text_of(&currency)));
    env.add_filter("fromjson", |text: Value| from_json(&text));
    env.add_filter("date", |seconds: Value| date(&seconds));
    super::usual::add(env);
}

fn text_of(value: &Value) -> String {
    if value.is_undefined() || value.is_none() { String::new() } else { value.to_string() }
}

/// Parses a string as JSON; undefined if it is not valid.
pub fn from_json(text: &Value) -> Value {
    text.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn branch(reference: &str) -> &str {
    ["refs/heads/", "refs/tags/"].iter().find_map(|prefix| reference.strip_prefix(prefix)).unwrap_or(reference)
}

fn money(amount: &Value, currency: &str) -> String {
    let Ok(minor) = i64::try_from(amount.clone()) else { return String::new() };
    let code = currency.to_ascii_uppercase();
    if ZERO_DECIMAL.contains(&currency.to_ascii_lowercase().as_str()) {
        return format!("{} {code}", grouped(minor)).trim_end().to_owned();
    }
    format!("{}.{:02} {code}", grouped(minor / 100), minor.unsigned_abs() % 100).trim_end().to_owned()
}

fn date(seconds: &Value) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let Ok(seconds) = i64::try_from(seconds.clone()) else { return String::new() };
    let iso = time::iso(seconds.saturating_mul(1000));
    let part = |range: std::ops::Range<usize>| iso.get(range).and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    format!("{} {} {}", part(8..10), MONTHS[(part(5..7) - 1) % 12], &iso[..4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_with_its_decimals() {
        assert_eq!(money(&Value::from(124_000), "usd"), "1,240.00 USD");
        assert_eq!(money(&Value::from(5), "eur"), "0.05 EUR");
        assert_eq!(money(&Value::from(1_240), "jpy"), "1,240 JPY");
        assert_eq!(money(&Value::from("much"), "usd"), "");
        assert_eq!(money(&Value::UNDEFINED, ""), "");
    }

    #[test]
    fn dates_are_short() {
        assert_eq!(date(&Value::from(1_796_169_600)), "2 Dec 2026");
        assert_eq!(date(&Value::from("soon")), "");
    }
}
