//! A message as a reader will see it, without the markup of its transport.

use app::types::ChannelKind;

use super::render::Message;
use super::{email, push, slack, telegram};

/// Subject of an email, and the text.
pub fn preview(kind: ChannelKind, message: &Message) -> (Option<String>, String) {
    match kind {
        ChannelKind::Telegram => (None, plain(&telegram::text(message))),
        ChannelKind::Email => (Some(email::subject(message)), email::text(message)),
        ChannelKind::Slack => (None, plain(&slack::lines(&slack::body(message)))),
        ChannelKind::Push => (Some(message.headline()), push::text(message)),
    }
}

/// Text without tags of HTML and links of `mrkdwn`, of which the label stays.
fn plain(marked: &str) -> String {
    let mut text = String::with_capacity(marked.len());
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('<') {
        let (tag, behind) = after.split_once('>').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(tag.split_once('|').map_or("", |(_, label)| label));
        rest = behind;
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::render::sample;

    #[test]
    fn what_is_shown_has_no_markup_and_every_text() {
        let title = "<b>5 > 3 & \"quoted\"</b>".to_owned();
        let message = Message { title: title.clone(), ..sample("https://ops.example.com") };
        for kind in ChannelKind::ALL {
            let (subject, text) = preview(*kind, &message);
            let whole = format!("{}\n{text}", subject.unwrap_or_default());
            assert!(whole.contains(&title), "{kind}: {whole}");
            assert!(whole.contains("14 GB left") && !whole.contains("&lt;"), "{kind}: {whole}");
        }
    }
}
