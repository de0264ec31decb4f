//! Multi-row statements, padded to few distinct sizes, so that the cache of prepared statements holds all of them.

use sqlx::{Database, Encode, QueryBuilder, Type};

/// Rows per statement: SQLite allows 32,766 parameters (`SQLITE_MAX_VARIABLE_NUMBER`).
const LARGEST: usize = 512;

/// Closes `select … from (values …` as the source of an `insert` or `update`, and drops the padding rows.
pub const PRESENT: &str = ") as rows where rows.column1 is not null";

/// Splits rows into pieces of at most 512, each padded with `None` to the next power of two. `None` is bound as null:
/// [`PRESENT`] filters such rows out, and in an `in (…)` list null matches nothing.
pub fn pieces<T>(rows: &[T]) -> impl Iterator<Item = impl Iterator<Item = Option<&T>>> {
    rows.chunks(LARGEST).map(|piece| {
        let empty = piece.len().next_power_of_two() - piece.len();
        piece.iter().map(Some).chain(std::iter::repeat_n(None, empty))
    })
}

/// Binds ids, separated by commas, between `in (` and `)`.
pub fn push_ids<'a, DB: Database>(sql: &mut QueryBuilder<DB>, ids: impl Iterator<Item = Option<&'a i64>>)
where
    for<'q> Option<i64>: Encode<'q, DB> + Type<DB>,
{
    let mut list = sql.separated(", ");
    ids.for_each(|id| {
        list.push_bind(id.copied());
    });
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn every_row_is_in_exactly_one_piece() {
        for (rows, sizes) in [(0, vec![]), (1, vec![1]), (100, vec![128]), (512, vec![512]), (1027, vec![512, 512, 4])]
        {
            let rows: Vec<u32> = (0..rows).collect();
            let cut: Vec<Vec<Option<&u32>>> = pieces(&rows).map(Iterator::collect).collect();
            assert_eq!(cut.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
            assert!(cut.concat().into_iter().flatten().eq(&rows));
        }
    }
}
