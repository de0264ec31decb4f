//! Escapes and truncates text for its output format.

/// The output format to escape for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// Plain text, unchanged.
    Nothing,
    /// Slack `mrkdwn`: `& < >` only (Slack, "Formatting text for app surfaces").
    Slack,
    /// HTML of Telegram (Telegram Bot API, "HTML style") and email: also quotes, for attribute values.
    Html,
}

impl Escape {
    /// The escaped text.
    pub fn of(self, text: &str) -> String {
        match self {
            Self::Nothing => text.to_owned(),
            Self::Slack => escaped(text),
            Self::Html => escaped(text).replace('"', "&quot;").replace('\'', "&#39;"),
        }
    }
}

/// Replaces `& < >` by entities, which is sufficient outside of attributes for Telegram, Slack and HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Truncates to at most `most` UTF-16 code units, at a character boundary; a truncated text ends with `…`.
pub fn cut_utf16(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < most
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push('…');
    cut
}
