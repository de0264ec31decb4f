//! Text of strangers with its links.

use leptos::prelude::*;

use super::text::{is_link, visible};

/// The text with `http` and `https` addresses as links; everything else stays text.
pub fn linked(text: &str) -> AnyView {
    pieces(text).into_iter().map(drawn).collect_view().into_any()
}

fn drawn((piece, is_address): (&str, bool)) -> AnyView {
    let shown = visible(piece);
    if is_address {
        let href = piece.to_owned();
        return view! { <a href=href rel="noopener noreferrer" target="_blank">{shown}</a> }.into_any();
    }
    shown.into_any()
}

/// The pieces in order, and whether each is an address.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (start, end) in words(text) {
        let word = address(&text[start..end]);
        if is_link(word) && word.len() > "https://".len() {
            pieces.extend((from < start).then(|| (&text[from..start], false)));
            pieces.push((word, true));
            from = start + word.len();
        }
    }
    pieces.extend((from < text.len()).then(|| (&text[from..], false)));
    pieces
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
        let found = pieces("See https://a.example/x?y=1, or (http://b.example). Not javascript:alert(1)");
        let links: Vec<&str> = found.iter().filter(|(_, is_link)| *is_link).map(|(text, _)| *text).collect();
        assert_eq!(links, ["https://a.example/x?y=1", "http://b.example"]);
        let whole: String = found.iter().map(|(text, _)| *text).collect();
        assert_eq!(whole, "See https://a.example/x?y=1, or (http://b.example). Not javascript:alert(1)");
        assert_eq!(pieces("https://"), [("https://", false)]);
        assert!(pieces("").is_empty());
    }
}
