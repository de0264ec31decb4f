//! Keyset pagination, newest first: the cursor is the last row of the previous page, so every page costs the same.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Page<T> {
    /// At most `limit` rows, newest first.
    pub items: Vec<T>,
    /// `cursor` of the next page; `None` on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// An empty page.
    pub const fn empty() -> Self {
        Self { items: Vec::new(), next: None }
    }

    /// Truncates `items`, which were queried with `limit + 1`, and sets the cursor if there are more.
    pub fn cut(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = items.len() as i64 > limit;
        items.truncate(limit as usize);
        let next = more.then(|| items.last().map(|last| cursor(last).to_string())).flatten();
        Self { items, next }
    }
}

/// A position in a list ordered by a time and the id, descending. Text form `1700000000000.42`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Cursor {
    /// The time of the last row that the list is ordered by, in Unix milliseconds.
    pub at: i64,
    /// Id of the last row.
    pub id: i64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

impl FromStr for Cursor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || "is not a valid cursor".to_owned();
        let (at, id) = text.split_once('.').ok_or_else(unknown)?;
        let number = |text: &str| text.parse().ok().filter(|number: &i64| *number >= 0).ok_or_else(unknown);
        Ok(Self { at: number(at)?, id: number(id)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let cursor = Cursor { at: 1_700_000_000_000, id: 42 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert!("1.2.3".parse::<Cursor>().is_err());
        assert!("; drop".parse::<Cursor>().is_err());
        assert!("0.-9223372036854775808".parse::<Cursor>().is_err());
    }

    #[test]
    fn a_page_names_a_cursor_only_when_there_is_more() {
        let at = |n: &i64| Cursor { at: *n, id: *n };
        assert_eq!(Page::cut(vec![3, 2, 1], 2, at).next.as_deref(), Some("2.2"));
        assert_eq!(Page::cut(vec![3, 2], 2, at).next, None);
    }
}
