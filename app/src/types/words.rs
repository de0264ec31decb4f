//! Words of sentences that are put together.

/// The text with its first letter in upper case.
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::capitalized;

    #[test]
    fn only_the_first_letter_changes() {
        assert_eq!([capitalized("ärger in A"), capitalized("a"), capitalized("")], ["Ärger in A", "A", ""]);
    }
}
