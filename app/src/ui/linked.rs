//! Text of strangers with its links and mentions.

use leptos::prelude::*;

use super::text::{is_link, visible};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    /// An `http` or `https` address.
    Link(&'t str),
    /// `@` and a user, with the user's email.
    Mention(&'t str, &'t str),
}

/// The text with `http` and `https` addresses as links; everything else stays text.
pub fn linked(text: &str) -> AnyView {
    with_mentions(text, &[])
}

/// The same, with `@name` and `@email` of these people marked. A name is what stands before the `@` of an email.
pub fn with_mentions(text: &str, people: &[String]) -> AnyView {
    pieces(text, people).into_iter().map(drawn).collect_view().into_any()
}

fn drawn(piece: Piece) -> AnyView {
    match piece {
        Piece::Text(text) => visible(text).into_any(),
        Piece::Link(href) => {
            let (href, shown) = (href.to_owned(), visible(href));
            view! { <a href=href rel="noopener noreferrer" target="_blank">{shown}</a> }.into_any()
        }
        Piece::Mention(shown, email) => {
            let (shown, email) = (shown.to_owned(), email.to_owned());
            view! { <strong class="mention" title=email>{shown}</strong> }.into_any()
        }
    }
}

/// The pieces in order.
fn pieces<'t>(text: &'t str, people: &'t [String]) -> Vec<Piece<'t>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (start, end) in words(text) {
        let word = address(&text[start..end]);
        let piece = match mentioned(word, people) {
            Some(email) => Piece::Mention(word, email),
            None if is_link(word) && word.len() > "https://".len() => Piece::Link(word),
            None => continue,
        };
        pieces.extend((from < start).then(|| Piece::Text(&text[from..start])));
        pieces.push(piece);
        from = start + word.len();
    }
    pieces.extend((from < text.len()).then(|| Piece::Text(&text[from..])));
    pieces
}

fn mentioned<'t>(word: &str, people: &'t [String]) -> Option<&'t str> {
    let name = word.strip_prefix('@').filter(|name| !name.is_empty())?;
    let short = |email: &str| email.split('@').next().unwrap_or_default().eq_ignore_ascii_case(name);
    if let Some(email) = people.iter().find(|email| email.eq_ignore_ascii_case(name)) {
        return Some(email);
    }
    let mut named = people.iter().filter(|email| short(email));
    // A short name of two people names neither.
    named.next().filter(|_| named.next().is_none()).map(String::as_str)
}

/// Ranges between white space and brackets.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let is_border = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | '"');
    text.split(is_border).map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        (start, start + word.len())
    })
}

/// Without the punctuation of the sentence around it.
fn address(word: &str) -> &str {
    word.trim_end_matches(['.', ',', ';', ':', '!', '?', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_text() {
        let text = "See https://a.example/x?y=1, or (http://b.example). Not javascript:alert(1)";
        let found = pieces(text, &[]);
        let links: Vec<&str> =
            found.iter().filter_map(|piece| if let Piece::Link(text) = piece { Some(*text) } else { None }).collect();
        assert_eq!(links, ["https://a.example/x?y=1", "http://b.example"]);
        assert_eq!(whole(&found), text);
        assert_eq!(pieces("https://", &[]), [Piece::Text("https://")]);
        assert!(pieces("", &[]).is_empty());
    }

    #[test]
    fn people_are_mentioned_by_name_or_email() {
        let people = ["ada@example.com", "bob@example.com"].map(str::to_owned);
        let text = "@ada, please ask @bob@example.com. Not @eve, @ or ada@example.com";
        let found = pieces(text, &people);
        let mentions: Vec<_> = found
            .iter()
            .filter_map(|piece| if let Piece::Mention(_, email) = piece { Some(*email) } else { None })
            .collect();
        assert_eq!(mentions, ["ada@example.com", "bob@example.com"]);
        let two = ["ada@example.com", "ada@example.org"].map(str::to_owned);
        assert_eq!(pieces("@ada", &two), [Piece::Text("@ada")]);
        assert_eq!(pieces("@ada@example.org", &two), [Piece::Mention("@ada@example.org", "ada@example.org")]);
        assert_eq!(whole(&found), text);
    }

    fn whole(pieces: &[Piece]) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Link(text) | Piece::Mention(text, _) => (*text).to_owned(),
        };
        pieces.iter().map(text).collect()
    }
}
