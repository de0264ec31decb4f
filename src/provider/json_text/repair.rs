//! Text that is almost JSON: what `json.dumps` of Python, hand-made templates and old libraries write. Read only after a strict
//! parse failed.

use std::iter::Peekable;
use std::str::Chars;

/// The text with lone surrogates and raw control characters in strings replaced, numbers that are not in JSON and Python's words
/// written as JSON's, and commas before a closing bracket left out.
pub fn repaired(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let (mut rest, mut out) = (text.chars().peekable(), String::with_capacity(text.len()));
    while let Some(c) = rest.next() {
        match c {
            '"' => string(&mut rest, &mut out),
            ',' => {
                let closes = |c: &char| matches!(c, '}' | ']');
                if !rest.clone().find(|c| !c.is_ascii_whitespace()).is_none_or(|c| closes(&c)) {
                    out.push(',');
                }
            }
            '-' if rest.peek() == Some(&'I') => {}
            c if c.is_ascii_alphabetic() => word(c, &mut rest, &mut out),
            c => out.push(c),
        }
    }
    out
}

fn word(first: char, rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    let mut word = String::from(first);
    while let Some(c) = rest.next_if(char::is_ascii_alphanumeric) {
        word.push(c);
    }
    // An exponent, as in `1e5`, comes after a digit.
    let in_number = out.ends_with(|c: char| c.is_ascii_digit());
    out.push_str(match word.as_str() {
        "NaN" | "Infinity" | "None" | "undefined" if !in_number => "null",
        "True" => "true",
        "False" => "false",
        other => other,
    });
}

/// The rest of a string.
fn string(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push('"');
    while let Some(c) = rest.next() {
        match c {
            '"' => break,
            '\\' => escape(rest, out),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// What follows a backslash.
fn escape(rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    match rest.next() {
        Some('u') => match code_unit(rest) {
            Some(high @ 0xd800..=0xdbff) => surrogate(high, rest, out),
            Some(0xdc00..=0xdfff) => out.push(char::REPLACEMENT_CHARACTER),
            Some(unit) => out.push_str(&format!("\\u{unit:04x}")),
            None => out.push_str("\\\\u"),
        },
        Some(c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => out.extend(['\\', c]),
        Some(c) => out.push(c),
        None => {}
    }
}

/// The four digits of `\u`; nothing is read if they are not there.
fn code_unit(rest: &mut Peekable<Chars<'_>>) -> Option<u32> {
    let digits: String = rest.clone().take(4).collect();
    let unit = (digits.len() == 4).then(|| u32::from_str_radix(&digits, 16).ok()).flatten()?;
    rest.nth(3);
    Some(unit)
}

fn surrogate(high: u32, rest: &mut Peekable<Chars<'_>>, out: &mut String) {
    let mut ahead = rest.clone();
    let is_escape = ahead.next() == Some('\\') && ahead.next() == Some('u');
    match code_unit(&mut ahead).filter(|_| is_escape) {
        Some(low @ 0xdc00..=0xdfff) => {
            out.push_str(&format!("\\u{high:04x}\\u{low:04x}"));
            *rest = ahead;
        }
        _ => out.push(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::repaired;

    fn read(text: &str) -> Option<Value> {
        serde_json::from_str(&repaired(text.as_bytes())).ok()
    }

    #[test]
    fn what_is_almost_json_is_read() {
        for (text, expected) in [
            (
                r#"{"a": NaN, "b": [-Infinity, Infinity], "c": None, "d": True}"#,
                json!({"a":null,"b":[null,null],"c":null,"d":true}),
            ),
            ("{\"a\": [1, 2,\n], }", json!({"a":[1,2]})),
            (r#"{"a":"\ud83d x \udca9 \ud83d\ude00 \q \u12"}"#, json!({"a":"\u{fffd} x \u{fffd} 😀 q \\u12"})),
            ("{\"a\":\"line\nline\ttab\"}", json!({"a":"line\nline\ttab"})),
            (r#"{"NaN": "NaN, True,]", "n": 1e5}"#, json!({"NaN":"NaN, True,]","n":1e5})),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_json_stays_as_it_is() {
        for text in [r#"{"a":[1.5e-3,-2,"\"\\\/\b\f\n\r\t\u00e9",null,true,false],"b":{}}"#, "[]", "\"\"", "7"] {
            assert_eq!(read(text), serde_json::from_str(text).ok(), "{text}");
        }
    }

    #[test]
    fn other_text_stays_unreadable() {
        for text in ["", "Disk full", "{", "<a/>", "\"", "\\", "\"\\", "{\"a\":}", "NaN1"] {
            assert!(read(text).is_none_or(|value| value.is_string()), "{text}");
        }
    }
}
