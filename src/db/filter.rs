//! Builds the `where`, `order by` and `limit` of every list, for both databases.

use sqlx::{Database, Postgres, QueryBuilder, Sqlite};

use app::types::{Cursor, List, UNASSIGNED};

/// Binds the types that filters need, which `QueryBuilder` cannot do generically over databases.
pub trait Dialect: Database {
    /// Binds an integer.
    fn bind_int(query: &mut QueryBuilder<Self>, value: i64)
    where
        Self: Sized;
    /// Binds a boolean.
    fn bind_bool(query: &mut QueryBuilder<Self>, value: bool)
    where
        Self: Sized;
    /// Binds text, with NUL replaced.
    fn bind_text(query: &mut QueryBuilder<Self>, value: String)
    where
        Self: Sized;
}

macro_rules! dialect {
    ($database:ty) => {
        impl Dialect for $database {
            fn bind_int(query: &mut QueryBuilder<Self>, value: i64) {
                query.push_bind(value);
            }
            fn bind_bool(query: &mut QueryBuilder<Self>, value: bool) {
                query.push_bind(value);
            }
            fn bind_text(query: &mut QueryBuilder<Self>, value: String) {
                // PostgreSQL rejects NUL in text, so stored text never contains it.
                query.push_bind(value.replace('\0', "\u{FFFD}"));
            }
        }
    };
}
dialect!(Sqlite);
dialect!(Postgres);

/// Appends conditions joined by `and`; absent values and empty lists add none.
pub struct Filter<'a, DB: Dialect> {
    query: &'a mut QueryBuilder<DB>,
    any: bool,
    /// The column that orders the list, before the id.
    time: &'static str,
}

impl<'a, DB: Dialect> Filter<'a, DB> {
    /// Wraps a query that has no `where` yet.
    pub const fn new(query: &'a mut QueryBuilder<DB>) -> Self {
        Self { query, any: false, time: "created_at" }
    }

    /// Orders the list by another column than `created_at`.
    pub const fn by(&mut self, time: &'static str) -> &mut Self {
        self.time = time;
        self
    }

    /// A literal condition without parameters.
    pub fn says(&mut self, condition: &'static str) -> &mut Self {
        self.condition(condition);
        self
    }

    /// `column = value` for text; `None` adds nothing.
    pub fn text(&mut self, column: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.condition(column).push(" = ");
            DB::bind_text(self.query, value.to_owned());
        }
        self
    }

    /// Like [`Self::text`]; [`UNASSIGNED`] stands for null.
    pub fn text_or_null(&mut self, column: &str, value: Option<&str>) -> &mut Self {
        if value == Some(UNASSIGNED) {
            self.condition(column).push(" is null");
            return self;
        }
        self.text(column, value)
    }

    /// `column = value` for a boolean; `None` adds nothing.
    pub fn flag(&mut self, column: &str, value: Option<bool>) -> &mut Self {
        if let Some(value) = value {
            self.condition(column).push(" = ");
            DB::bind_bool(self.query, value);
        }
        self
    }

    /// `column in (values)`; an empty list adds nothing.
    pub fn one_of<T: std::fmt::Display>(&mut self, column: &str, values: &List<T>) -> &mut Self {
        if values.is_empty() {
            return self;
        }
        self.condition(column).push(" in (");
        for (i, value) in values.0.iter().enumerate() {
            self.query.push(if i == 0 { "" } else { ", " });
            DB::bind_text(self.query, value.to_string());
        }
        self.query.push(")");
        self
    }

    /// `column in (ids)`; `ids` must not be empty.
    pub fn ids(&mut self, column: &str, ids: &[i64]) -> &mut Self {
        self.condition(column).push(" in (");
        for (i, id) in ids.iter().enumerate() {
            self.query.push(if i == 0 { "" } else { ", " });
            DB::bind_int(self.query, *id);
        }
        self.query.push(")");
        self
    }

    /// `from <= column < to`; either bound may be absent.
    pub fn between(&mut self, column: &str, from: Option<i64>, to: Option<i64>) -> &mut Self {
        for (operator, bound) in [(" >= ", from), (" < ", to)] {
            if let Some(bound) = bound {
                self.condition(column).push(operator);
                DB::bind_int(self.query, bound);
            }
        }
        self
    }

    /// `column = value` for an integer; `None` adds nothing.
    pub fn number(&mut self, column: &str, value: Option<i64>) -> &mut Self {
        if let Some(value) = value {
            self.condition(column).push(" = ");
            DB::bind_int(self.query, value);
        }
        self
    }

    /// `column > value`.
    pub fn above(&mut self, column: &str, value: i64) -> &mut Self {
        self.condition(column).push(" > ");
        DB::bind_int(self.query, value);
        self
    }

    /// `column <= value`; `None` adds nothing.
    pub fn at_most(&mut self, column: &str, value: Option<i64>) -> &mut Self {
        if let Some(value) = value {
            self.condition(column).push(" <= ");
            DB::bind_int(self.query, value);
        }
        self
    }

    /// `column is null`.
    pub fn empty(&mut self, column: &str) -> &mut Self {
        self.condition(column).push(" is null");
        self
    }

    /// Rows older than the cursor: time and id below it.
    pub fn after(&mut self, table: &str, cursor: Option<Cursor>) -> &mut Self {
        self.past_cursor(table, "<", cursor)
    }

    /// Rows newer than the cursor: time and id above it.
    pub fn beyond(&mut self, table: &str, cursor: Option<Cursor>) -> &mut Self {
        self.past_cursor(table, ">", cursor)
    }

    fn past_cursor(&mut self, table: &str, operator: &str, cursor: Option<Cursor>) -> &mut Self {
        if let Some(cursor) = cursor {
            let time = self.time;
            self.condition("").push(format_args!("({table}.{time}, {table}.id) {operator} ("));
            DB::bind_int(self.query, cursor.at);
            self.query.push(", ");
            DB::bind_int(self.query, cursor.id);
            self.query.push(")");
        }
        self
    }

    /// Orders newest first and limits to `rows`. Must come last.
    pub fn newest(&mut self, table: &str, rows: i64) {
        self.ordered(table, " desc", rows);
    }

    /// Orders oldest first and limits to `rows`. Must come last.
    pub fn oldest(&mut self, table: &str, rows: i64) {
        self.ordered(table, "", rows);
    }

    fn ordered(&mut self, table: &str, direction: &str, rows: i64) {
        let time = self.time;
        let order = format_args!(" order by {table}.{time}{direction}, {table}.id{direction} limit ");
        self.query.push(order);
        DB::bind_int(self.query, rows);
    }

    fn condition(&mut self, column: &str) -> &mut QueryBuilder<DB> {
        self.query.push(if self.any { " and " } else { " where " });
        self.any = true;
        self.query.push(column)
    }
}

/// One single-value list per distinct value, so that each can be read in index order instead of being sorted. An empty list
/// yields one empty list, which does not filter.
pub fn one_each<T: Copy + PartialEq>(values: &List<T>) -> Vec<List<T>> {
    let mut lists: Vec<List<T>> = Vec::new();
    for value in &values.0 {
        if lists.iter().all(|list| list.0 != [*value]) {
            lists.push(List(vec![*value]));
        }
    }
    if lists.is_empty() { vec![List(Vec::new())] } else { lists }
}

/// Merges the pages of several lists: the newest `limit + 1` rows by `place`, the time that orders them and the id.
pub fn newest_of<T>(mut found: Vec<T>, limit: i64, place: impl Fn(&T) -> (i64, i64)) -> Vec<T> {
    found.sort_unstable_by_key(|row| std::cmp::Reverse(place(row)));
    found.truncate(limit as usize + 1);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_asked_for_once() {
        assert_eq!(one_each(&List(vec![3, 1, 3])).iter().map(|list| list.0.clone()).collect::<Vec<_>>(), [[3], [1]]);
        assert_eq!(one_each::<u8>(&List(Vec::new())).len(), 1);
    }

    #[test]
    fn lists_are_merged_by_age() {
        assert_eq!(newest_of(vec![(1, 1), (5, 2), (5, 3), (2, 9)], 1, |row| *row), [(5, 3), (5, 2)]);
    }
}
