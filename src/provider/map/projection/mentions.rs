//! Finds what a template can read of a variable, by looking at its text.
//!
//! The template engine's own `undeclared_variables` would be closer at hand, but does not look into slices (`x[:7]`). Every mention of
//! the name is found instead, also in plain text, which can only make the parser keep more than it needs.

/// The attributes that follow each mention of a variable: `body.a.b` is `[a, b]`. A variable that is not followed by one
/// (assigned, passed on, looped over, subscripted) yields the empty path. So does a word of the text that looks like it, which
/// only costs time.
pub fn paths<'t>(template: &'t str, root: &str) -> impl Iterator<Item = Vec<&'t str>> {
    let is_mention = move |at: &usize| {
        let (before, after) = (template[..*at].trim_end(), &template[at + root.len()..]);
        let is_joined = template[..*at].ends_with(is_word);
        !is_joined && !before.ends_with('.') && !after.starts_with(is_word)
    };
    let starts = template.match_indices(root).map(|(at, _)| at).filter(is_mention);
    starts.map(move |at| attributes(&template[at + root.len()..]))
}

fn attributes(mut rest: &str) -> Vec<&str> {
    let mut names = Vec::new();
    while let Some(after) = rest.trim_start().strip_prefix('.') {
        let after = after.trim_start();
        let (name, left) = after.split_at(after.find(|c| !is_word(c)).unwrap_or(after.len()));
        if name.is_empty() {
            break;
        }
        names.push(name);
        rest = left;
    }
    names
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
