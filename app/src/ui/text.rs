//! Text from outside, made fit to be looked at.

pub use crate::types::number::{capped, grouped, tenths};

/// Makes visible what could mislead: bidi controls and zero-width characters (Unicode TR36).
pub fn visible(text: &str) -> String {
    let is_hidden =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    text.chars().map(|c| if is_hidden(c) { '\u{fffd}' } else { c }).collect()
}

/// `1 event`, `2 events`.
pub fn counted(count: i64, word: &str) -> String {
    format!("{} {word}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// The same of a count that may have stopped: `10,000+ events`.
pub fn counted_some(count: i64, word: &str) -> String {
    format!("{} {word}{}", capped(count), if count == 1 { "" } else { "s" })
}

/// Whether a text is a link that may be followed: http or https, and nothing else.
pub fn is_link(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_shown() {
        assert_eq!(visible("a\u{202e}b\u{200b}c"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(visible("שלום"), "שלום");
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert!(is_link("https://example.com/a"));
        assert!(!is_link("javascript:alert(1)"));
        assert!(!is_link("https://example.com/ a"));
    }

    #[test]
    fn a_count_that_stopped_says_so() {
        assert_eq!((capped(10_000), capped(10_001)), ("10,000".to_owned(), "10,000+".to_owned()));
        assert_eq!(counted_some(10_001, "alert"), "10,000+ alerts");
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!((counted(1, "event"), counted(1_200, "event")), ("1 event".to_owned(), "1,200 events".to_owned()));
    }
}
