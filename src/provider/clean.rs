//! Sanitizes external text for the database and for pages: no NUL, no control characters, bounded length.

/// A single line of at most `max` bytes: line breaks and tabs become spaces, other control characters U+FFFD.
pub fn clean_line(text: &str, max: usize) -> String {
    let line = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    cut(text.trim().chars().map(line).collect(), max)
}

/// Multiple lines: like [`clean_line`], but line breaks and tabs are kept.
pub fn clean_text(text: &str, max: usize) -> String {
    let keep = |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{FFFD}' } else { c };
    cut(text.replace("\r\n", "\n").trim().chars().map(keep).collect(), max)
}

/// Truncates to at most `max` bytes at a character boundary; truncated text ends in an ellipsis.
pub fn cut(mut text: String, max: usize) -> String {
    if text.len() <= max {
        return text;
    }
    let mut end = max.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push('…');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_made_visible() {
        assert_eq!(clean_line(" a\0b\nc\u{1b}[31m ", 100), "a\u{FFFD}b c\u{FFFD}[31m");
        assert_eq!(clean_text("a\r\nb\0", 100), "a\nb\u{FFFD}");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("ééééé".into(), 7), "éé…");
        assert_eq!(cut("short".into(), 7), "short");
    }
}
