//! Selects the events to process together: round-robin over sources, within the limits of memory and of one
//! transaction.

use std::collections::HashMap;

use crate::db::Waiting;

/// Bytes of bodies in memory at once; a larger body is processed alone.
const BYTES: i64 = 8 * 1024 * 1024;

/// Orders events round-robin by source, so that a flood from one source does not delay the others.
pub fn in_turns(waiting: Vec<Waiting>) -> Vec<Waiting> {
    let mut seen: HashMap<i64, usize> = HashMap::new();
    let turn = |waiting: Waiting| {
        let before = seen.entry(waiting.source).or_default();
        *before += 1;
        (*before, waiting)
    };
    let mut turns: Vec<(usize, Waiting)> = waiting.into_iter().map(turn).collect();
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, waiting)| waiting).collect()
}

/// Length of the longest prefix that fits, at least one.
pub fn fitting(waiting: &[Waiting]) -> usize {
    let mut bytes = 0;
    let fits = |waiting: &&Waiting| {
        bytes += waiting.bytes;
        bytes <= BYTES
    };
    waiting.iter().take_while(fits).count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(id: i64, source: i64, bytes: i64) -> Waiting {
        Waiting { id, source, bytes }
    }

    #[test]
    fn sources_take_turns_and_each_keeps_its_order() {
        let flood = (1..=4).map(|id| waiting(id, 1, 0)).chain([waiting(5, 2, 0), waiting(6, 3, 0), waiting(7, 2, 0)]);
        let ids: Vec<i64> = in_turns(flood.collect()).iter().map(|waiting| waiting.id).collect();
        assert_eq!(ids, [1, 5, 6, 2, 7, 3, 4]);
    }

    #[test]
    fn a_slice_holds_what_fits_and_at_least_one() {
        assert_eq!(fitting(&[waiting(1, 1, 25 << 20), waiting(2, 1, 1)]), 1);
        assert_eq!(fitting(&[waiting(1, 1, 4 << 20), waiting(2, 1, 4 << 20), waiting(3, 1, 1)]), 2);
        assert_eq!(fitting(&(0..64).map(|id| waiting(id, 1, 7_700)).collect::<Vec<_>>()), 64);
    }
}
