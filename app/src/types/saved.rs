//! Saved filters, private to each user.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;

text_enum! {
    /// A list that can be filtered.
    pub enum ListPage {
        Alerts = "alerts",
        Events = "events",
    }
}

/// A named filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct SavedFilter {
    pub id: i64,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub page: ListPage,
    pub name: String,
    /// Query string of the list's URL, without `?`.
    pub query: String,
}

impl SavedFilter {
    /// URL of the list with this filter.
    pub fn href(&self) -> String {
        format!("/{}?{}", self.page, self.query)
    }
}
