//! Which alerts a change applies to.

use app::Error;
use app::types::{AlertQuery, Selection};

use crate::dashboard::check_search;

/// Maximum number of ids in one request.
const MOST_NAMED: usize = 10_000;

/// The selected alerts.
pub enum Selected {
    /// By id, at least one.
    Ids(Vec<i64>),
    /// Those that match a filter.
    Filter(Box<AlertQuery>),
}

impl Selected {
    /// Exactly one of ids and filter must be given; an empty filter requires `all`.
    pub fn read(selection: Selection) -> app::Result<Self> {
        match (selection.ids, selection.filter) {
            (Some(_), Some(_)) => Err(Error::invalid("ids", "give either ids or a filter")),
            (Some(ids), None) if ids.len() > MOST_NAMED => {
                Err(Error::invalid("ids", format!("at most {MOST_NAMED} at once; use a filter")))
            }
            (Some(ids), None) if ids.is_empty() => Err(Error::invalid("ids", "must contain at least one id")),
            (Some(ids), None) => Ok(Self::Ids(ids)),
            (None, filter) => read_filter(filter.unwrap_or_default(), selection.all),
        }
    }
}

fn read_filter(filter: AlertQuery, is_all: bool) -> app::Result<Selected> {
    // They would make an empty filter look like one that selects something.
    if filter.limit.is_some() || filter.cursor.is_some() || filter.sort.is_some() {
        return Err(Error::invalid("filter", "must not have a limit, cursor or sort"));
    }
    check_search(filter.q.as_deref())?;
    if filter == AlertQuery::default() && !is_all {
        return Err(Error::invalid("filter", "is empty; set \"all\": true to select every alert"));
    }
    Ok(Selected::Filter(Box::new(filter)))
}
