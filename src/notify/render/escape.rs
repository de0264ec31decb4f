//! Text for where it goes: escaped, and cut.

/// What a text is escaped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    Nothing,
    /// `& < >` and no more (Slack, "Formatting text for app surfaces").
    Slack,
    /// The quote besides, for an address in a link (Telegram Bot API, "HTML style"); so it is in mail.
    Html,
}

impl Escape {
    pub fn of(self, text: &str) -> String {
        match self {
            Self::Nothing => text.to_owned(),
            Self::Slack => escaped(text),
            Self::Html => escaped(text).replace('"', "&quot;").replace('\'', "&#39;"),
        }
    }
}

/// `& < >` as entities, which is all that Telegram and Slack take for markup.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// At most `most` UTF-16 units of a text, on a boundary, with `…` where something is missing.
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
