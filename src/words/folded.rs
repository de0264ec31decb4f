//! Tokenizer of the next search index: accents folded, Chinese, Japanese and Korean as character bigrams, addresses kept
//! whole.
//!
//! Not in use yet: the index format is to change only once, together with its move out of the current tables.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::LONGEST;

/// Terms to index for a text: each word, and in addition each address as a whole.
pub fn index_words(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for token in tokens(text) {
        words.extend(is_address(token).then(|| folded(token)));
        words.extend(parts(token));
    }
    words
}

/// Terms to look up for a search: an address as a whole, so that its parts do not match in any order.
pub fn question_words(text: &str) -> BTreeSet<String> {
    let of = |token: &str| if is_address(token) { vec![folded(token)] } else { parts(token) };
    tokens(text).flat_map(of).collect()
}

/// Splits at white space, quotes and brackets, and trims surrounding punctuation.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let parts = |c: char| c.is_whitespace() || "\"'`<>()[]{},;|=".contains(c);
    text.split(parts).map(|token| token.trim_matches(|c: char| !c.is_alphanumeric())).filter(|token| !token.is_empty())
}

/// IP addresses, host names with or without a port, and mail addresses: words joined by dots, colons, `@` and hyphens.
fn is_address(token: &str) -> bool {
    let joined = token.chars().filter(|c| matches!(c, '.' | ':' | '@')).count();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '@' | '-' | '_');
    joined >= 2 && token.chars().all(is_plain)
}

fn parts(token: &str) -> Vec<String> {
    token
        .split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .filter(|word| !word.is_empty())
        .flat_map(word)
        .collect()
}

/// A word, or the character bigrams of a run in a script without spaces.
fn word(text: &str) -> Vec<String> {
    let (mut words, mut run, mut plain) = (Vec::new(), Vec::new(), String::new());
    for c in text.chars().chain([' ']) {
        if is_unspaced(c) {
            run.push(c);
        } else {
            words.extend(pairs(&std::mem::take(&mut run)));
        }
        if !is_unspaced(c) && c != ' ' {
            plain.push(c);
        } else if !plain.is_empty() {
            words.push(folded(&std::mem::take(&mut plain)));
        }
    }
    words
}

fn pairs(run: &[char]) -> Vec<String> {
    match run {
        [] => Vec::new(),
        [one] => vec![one.to_string()],
        run => run.windows(2).map(|pair| pair.iter().collect()).collect(),
    }
}

/// Han, Hiragana, Katakana and Hangul.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

/// Lower case without accents (NFKD); letters that do not decompose are replaced by their usual ASCII spelling.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for c in plain.take(LONGEST) {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(question: &str, text: &str) -> bool {
        let words = question_words(question);
        !words.is_empty() && words.is_subset(&index_words(text))
    }

    #[test]
    fn accents_fold_on_both_sides() {
        for question in ["möbius", "MOBIUS", "Mo\u{308}bius"] {
            assert!(finds(question, "Push by Möbius"), "{question}");
        }
        assert!(finds("strasse", "Straße") && finds("lodz", "Łódź") && finds("Smørrebrød", "smorrebrod"));
    }

    #[test]
    fn what_is_written_without_spaces_is_found() {
        assert!(
            finds("磁盘", "服务器磁盘已满")
                && finds("ディスク", "ディスク容量不足")
                && finds("디스크", "서버디스크부족")
        );
        assert!(finds("満", "満 杯") && !finds("満杯", "満 杯") && finds("db-1", "db-1の磁盘"));
    }

    #[test]
    fn an_address_finds_itself_and_not_its_numbers_in_another_order() {
        let text = "host 10.0.0.12:9100 (node-7.example.com), by Ada.L@example.com";
        for question in ["10.0.0.12:9100", "node-7.example.com", "ada.l@example.com", "example"] {
            assert!(finds(question, text), "{question}");
        }
        for question in ["12.0.0.10:9100", "10.0.12.0:9100", "com.example.node-7"] {
            assert!(!finds(question, text), "{question}");
        }
    }

    #[test]
    fn every_word_of_a_text_finds_it() {
        for text in ["Push by Möbius to test-repo: v1.2.3", "CPU > 95% on db-1", "日本語とEnglish混在", "a.b@c.de; [x]"]
        {
            for token in text.split_whitespace().filter(|token| token.chars().any(char::is_alphanumeric)) {
                assert!(finds(token, text), "{token} in {text}");
            }
        }
    }
}
