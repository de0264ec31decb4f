//! Splits an alert query into parts that an index serves in order: with several values of a column the database would have
//! to sort all matches.

use app::types::{AlertKind, AlertQuery, AlertState, List, Severity};

use crate::db::filter::one_each;

/// Whether the query excludes resolved alerts, so that the partial indexes apply.
pub fn is_unresolved(query: &AlertQuery) -> bool {
    !query.state.is_empty() && !query.state.0.contains(&AlertState::Resolved)
}

/// The queries whose union is this one; each has one kind, severity and state where an index starts with that column.
pub fn parts(query: &AlertQuery) -> Vec<AlertQuery> {
    if is_unresolved(query) && query.kind.0.len() != 1 {
        let of = |kind: List<AlertKind>| parts(&AlertQuery { kind, ..query.clone() });
        return one_each(&List(AlertKind::ALL.to_vec())).into_iter().flat_map(of).collect();
    }
    let is_problem = !query.kind.0.contains(&AlertKind::Notice);
    let is_narrow = is_problem && is_unresolved(query) && (query.source.is_some() || query.is_read == Some(false));
    let severities = match query.severity.0.as_slice() {
        [] if is_narrow => one_each(&List(Severity::ALL.to_vec())),
        _ => one_each(&query.severity),
    };
    let of = |severity: List<Severity>| {
        states(query).into_iter().map(move |state| AlertQuery { severity: severity.clone(), state, ..query.clone() })
    };
    severities.into_iter().flat_map(of).collect()
}

/// Both unresolved states together are one condition (`<> 'resolved'`), all three are none.
fn states(query: &AlertQuery) -> Vec<List<AlertState>> {
    let asked: Vec<AlertState> =
        AlertState::ALL.iter().copied().filter(|state| query.state.0.contains(state)).collect();
    match asked.as_slice() {
        [] | [_, _, _] => vec![List::default()],
        [AlertState::Open, AlertState::Acknowledged] => vec![query.state.clone()],
        _ => one_each(&List(asked)),
    }
}

#[cfg(test)]
mod tests {
    use app::types::AlertState::{Acknowledged, Open, Resolved};
    use app::types::Severity::{Critical, Error, Warning};

    use super::*;

    fn query(severities: &[Severity], states: &[AlertState]) -> AlertQuery {
        let kind = List(vec![AlertKind::Problem]);
        AlertQuery { severity: List(severities.to_vec()), state: List(states.to_vec()), kind, ..AlertQuery::default() }
    }

    #[test]
    fn one_value_each() {
        let unresolved = query(&[], &[Open, Acknowledged]);
        assert_eq!(parts(&unresolved).len(), 1);
        assert_eq!(parts(&AlertQuery { is_read: Some(false), ..unresolved.clone() }).len(), 4);
        assert_eq!(parts(&AlertQuery { source: Some("a".into()), ..unresolved }).len(), 4);
        assert_eq!(parts(&query(&[Error, Warning], &[Open, Acknowledged])).len(), 2);
        assert_eq!(parts(&query(&[], &[Open, Resolved])).len(), 2);
        assert_eq!(parts(&query(&[], &[])).len(), 1);
        let both = AlertQuery { kind: List::default(), ..query(&[], &[Open, Acknowledged]) };
        assert_eq!(parts(&both).len(), 2, "problems and notices");
        let notices = AlertQuery { kind: List(vec![AlertKind::Notice]), is_read: Some(false), ..both };
        assert_eq!(parts(&notices).len(), 1);
        assert_eq!(parts(&query(&[Critical], &[Acknowledged, Open, Resolved])), [query(&[Critical], &[])]);
    }
}
