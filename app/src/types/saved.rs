//! Saved filters, private to each user.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;

text_enum! {
    /// A list that can be filtered.
    pub enum ListPage {
        /// `/alerts`.
        Alerts = "alerts",
        /// `/events`.
        Events = "events",
    }
}

/// A named filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct SavedFilter {
    /// Database id.
    pub id: i64,
    /// The list that it belongs to.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub page: ListPage,
    /// Display name, unique per user and list.
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
