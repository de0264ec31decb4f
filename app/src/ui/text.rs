//! Safe display of external text.

pub use crate::types::number::{capped, grouped, tenths};

/// Makes misleading characters visible: bidi controls and zero-width characters (Unicode TR36). The joiners U+200C and U+200D
/// are kept between characters of scripts, and emoji, that need them (UAX #31, section 2.3.1).
pub fn visible(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let joins = |at: usize| {
        let needs = |neighbour: Option<&char>| neighbour.is_some_and(|c| !c.is_ascii() && !is_hidden(*c));
        matches!(chars[at], '\u{200c}' | '\u{200d}') && at > 0 && needs(chars.get(at - 1)) && needs(chars.get(at + 1))
    };
    let shown = |(at, c): (usize, &char)| if is_hidden(*c) && !joins(at) { '\u{fffd}' } else { *c };
    chars.iter().enumerate().map(shown).collect()
}

fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A count with a singular noun: `1 event`, `2 events`.
pub fn counted(count: i64, word: &str) -> String {
    format!("{} {word}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// The same for a count that may be capped: `10,000+ events`.
pub fn counted_some(count: i64, word: &str) -> String {
    format!("{} {word}{}", capped(count), if count == 1 { "" } else { "s" })
}

/// A count for a badge: `999+` above 999.
pub fn short(count: i64) -> String {
    if count > 999 { "999+".to_owned() } else { count.to_string() }
}

/// Whether a text is a safe link: http or https only.
pub fn is_link(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_shown() {
        assert_eq!(visible("a\u{202e}b\u{200b}c"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(visible("pay\u{200d}pal \u{200c}"), "pay\u{fffd}pal \u{fffd}");
        for kept in ["\u{6cc}\u{200c}\u{62e}", "\u{1f469}\u{200d}\u{1f680}", "\u{915}\u{94d}\u{200d}\u{937}"] {
            assert_eq!(visible(kept), kept);
        }
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
