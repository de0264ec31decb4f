//! Password rules (NIST SP 800-63B, 5.1.1.2: a minimum length, and no commonly used password).

use std::collections::BTreeSet;

use app::Error;

/// Minimum length in the dashboard and the API; and on the command line, which only warns below the first.
const SHORTEST: usize = 12;
const SHORTEST_AT_ALL: usize = 10;

/// Maximum length that is hashed.
const LONGEST: usize = 1024;

/// Common passwords, and the words that most others consist of: lower case, sorted. From the list of Django 5.2
/// (BSD-3-Clause): passwords of 12 characters and more, and words of its first 8,000.
const COMMONEST: &str = include_str!("commonest.txt");

/// The rules of the dashboard and the API.
pub fn check_new_password(password: &str, email: &str) -> app::Result<()> {
    check_length(password)?;
    match weakness(password, email) {
        Some(why) => Err(Error::invalid("password", why)),
        None => Ok(()),
    }
}

/// The length rules that apply everywhere.
pub fn check_length(password: &str) -> app::Result<()> {
    match password.chars().count() {
        0..SHORTEST_AT_ALL => Err(Error::invalid("password", too_short())),
        SHORTEST_AT_ALL..=LONGEST => Ok(()),
        _ => Err(Error::invalid("password", format!("must have at most {LONGEST} characters"))),
    }
}

/// Why a password is weak, if it is.
pub fn weakness(password: &str, email: &str) -> Option<String> {
    if password.chars().count() < SHORTEST {
        return Some(too_short());
    }
    let name = email.split('@').next().unwrap_or_default();
    is_common(&password.to_lowercase(), name).then(|| "is too common".to_owned())
}

fn too_short() -> String {
    format!("must have at least {SHORTEST} characters")
}

/// A listed word, possibly surrounded by digits and symbols; a short repeated sequence; or the user's own name.
fn is_common(password: &str, name: &str) -> bool {
    let word = unit(password.trim_matches(|c: char| !c.is_alphabetic()));
    let characters: BTreeSet<char> = password.chars().collect();
    characters.len() < 5 || is_listed(password) || is_listed(&word) || word == name || word == "opscenter"
}

fn is_listed(word: &str) -> bool {
    COMMONEST.lines().any(|line| line == word)
}

/// The repeated unit of a text: `password` for `passwordpassword`.
fn unit(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let repeats =
        |n: &usize| chars.len().is_multiple_of(*n) && chars.iter().enumerate().all(|(i, c)| *c == chars[i % n]);
    let length = (1..=chars.len()).find(repeats).unwrap_or(chars.len());
    chars[..length].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "Password1234",
            "passwordpassword",
            "aaaaaaaaaaaa",
            "1qaz2wsx3edc",
            "!!opscenter!!2026",
            "short",
            "eleven char",
        ] {
            assert!(check_new_password(bad, "ann@example.com").is_err(), "{bad}");
        }
        assert!(check_new_password("ann.example!!", "ann.example@example.com").is_err(), "the user's own name");
        for good in ["correct horse battery", "long enough 1", "Zwölf Zeichen und mehr", "ann.example!! and more"] {
            assert_eq!(check_new_password(good, "ann@example.com"), Ok(()), "{good}");
        }
        assert!(check_new_password(&"ab cd ef ".repeat(200), "").is_err(), "too long to hash");
    }

    #[test]
    fn the_command_line_takes_ten_characters() {
        assert!(check_length("ten chars!").is_ok() && check_length("nine char").is_err());
        assert!(weakness("ten chars!", "").is_some());
    }
}
