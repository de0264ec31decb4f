//! Tokenizer of the search index: runs of letters and digits in lower case, the same for both databases.

pub mod folded;

use std::collections::BTreeSet;

/// Maximum word length in characters; longer words are truncated, in the index and in searches alike.
const LONGEST: usize = 48;

/// The distinct words of a text. Escapes in JSON strings (`\n`, `\u00e9`) separate words like white space.
pub fn words_of(text: &str) -> BTreeSet<String> {
    let text = without_escapes(text);
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(word).collect()
}

fn word(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).take(LONGEST).collect()
}

fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        out.push(' ');
        let escape = if rest[at + 1..].starts_with('u') { 6 } else { 2 };
        let end = rest[at..].char_indices().nth(escape).map_or(rest.len(), |(i, _)| at + i);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn words_are_letters_and_digits_in_lower_case() {
        let words = words_of("Push by Möbius to test-repo: test\\nline \\u00e9t\\");
        assert_eq!(words.into_iter().collect::<Vec<_>>(), ["by", "line", "möbius", "push", "repo", "t", "test", "to"]);
        assert!(words_of("100%_ …").contains("100"));
        assert_eq!(words_of(&"x".repeat(200)).first().unwrap().len(), 48);
        assert!(words_of("%_\u{202e}").is_empty());
    }
}
