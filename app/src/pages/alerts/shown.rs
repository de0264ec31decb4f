//! Which kinds and states the list shows: its tabs, and resolved problems.

use crate::types::{AlertKind, AlertState};

/// Which kinds and states are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Open and acknowledged problems.
    #[default]
    Unresolved,
    /// Resolved problems.
    Resolved,
    /// Notices, read or unread.
    Notices,
    /// Problems and notices of any state.
    All,
}

impl Shown {
    /// From the query parameter `state`; unknown values are the default.
    pub fn read(word: Option<&str>) -> Self {
        match word {
            Some("resolved") => Self::Resolved,
            Some("notices") => Self::Notices,
            Some("all") => Self::All,
            _ => Self::Unresolved,
        }
    }

    /// Value of the query parameter `state`; empty for the default.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unresolved => "",
            Self::Resolved => "resolved",
            Self::Notices => "notices",
            Self::All => "all",
        }
    }

    /// The tab that shows it.
    pub const fn tab(self) -> Self {
        match self {
            Self::Unresolved | Self::Resolved => Self::Unresolved,
            Self::Notices => Self::Notices,
            Self::All => Self::All,
        }
    }

    /// The states that it lists; empty for any.
    pub const fn states(self) -> &'static [AlertState] {
        match self {
            Self::Unresolved => &[AlertState::Open, AlertState::Acknowledged],
            Self::Resolved => &[AlertState::Resolved],
            Self::Notices | Self::All => &[],
        }
    }

    /// The kinds that it lists; empty for both.
    pub const fn kinds(self) -> &'static [AlertKind] {
        match self {
            Self::Unresolved | Self::Resolved => &[AlertKind::Problem],
            Self::Notices => &[AlertKind::Notice],
            Self::All => &[],
        }
    }
}
