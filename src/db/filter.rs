//! The `where` of every list, written once for both databases.

use sqlx::{Database, Postgres, QueryBuilder, Sqlite};

use app::types::{Cursor, List};

/// The few types a filter binds.
pub trait Dialect: Database {
    fn bind_int(query: &mut QueryBuilder<Self>, value: i64)
    where
        Self: Sized;
    fn bind_bool(query: &mut QueryBuilder<Self>, value: bool)
    where
        Self: Sized;
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
                // PostgreSQL has no NUL in text, and neither does anything we stored.
                query.push_bind(value.replace('\0', "\u{FFFD}"));
            }
        }
    };
}
dialect!(Sqlite);
dialect!(Postgres);

/// Conditions joined by `and`; a filter that is absent adds nothing.
pub struct Filter<'a, DB: Dialect> {
    query: &'a mut QueryBuilder<DB>,
    any: bool,
}

impl<'a, DB: Dialect> Filter<'a, DB> {
    /// Adds conditions to a query that has no `where` yet.
    pub const fn new(query: &'a mut QueryBuilder<DB>) -> Self {
        Self { query, any: false }
    }

    /// A condition that is the same for everyone.
    pub fn says(&mut self, condition: &'static str) -> &mut Self {
        self.condition(condition);
        self
    }

    /// `column = value`.
    pub fn text(&mut self, column: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.condition(column).push(" = ");
            DB::bind_text(self.query, value.to_owned());
        }
        self
    }

    /// `column = value`.
    pub fn flag(&mut self, column: &str, value: Option<bool>) -> &mut Self {
        if let Some(value) = value {
            self.condition(column).push(" = ");
            DB::bind_bool(self.query, value);
        }
        self
    }

    /// `column in (values)`.
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

    /// `column in (ids)`.
    pub fn ids(&mut self, column: &str, ids: &[i64]) -> &mut Self {
        self.condition(column).push(" in (");
        for (i, id) in ids.iter().enumerate() {
            self.query.push(if i == 0 { "" } else { ", " });
            DB::bind_int(self.query, *id);
        }
        self.query.push(")");
        self
    }

    /// `from <= column < to`.
    pub fn between(&mut self, column: &str, from: Option<i64>, to: Option<i64>) -> &mut Self {
        for (operator, bound) in [(" >= ", from), (" < ", to)] {
            if let Some(bound) = bound {
                self.condition(column).push(operator);
                DB::bind_int(self.query, bound);
            }
        }
        self
    }

    /// `column = value`.
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

    /// `column <= value`.
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

    /// Rows after the cursor, newest first.
    pub fn after(&mut self, table: &str, cursor: Option<Cursor>) -> &mut Self {
        self.past_cursor(table, "<", cursor)
    }

    /// Rows after the cursor, oldest first.
    pub fn beyond(&mut self, table: &str, cursor: Option<Cursor>) -> &mut Self {
        self.past_cursor(table, ">", cursor)
    }

    fn past_cursor(&mut self, table: &str, operator: &str, cursor: Option<Cursor>) -> &mut Self {
        if let Some(cursor) = cursor {
            self.condition("").push(format_args!("({table}.created_at, {table}.id) {operator} ("));
            DB::bind_int(self.query, cursor.created_at);
            self.query.push(", ");
            DB::bind_int(self.query, cursor.id);
            self.query.push(")");
        }
        self
    }

    /// At most `rows`, newest first.
    pub fn newest(&mut self, table: &str, rows: i64) {
        self.ordered(table, " desc", rows);
    }

    /// At most `rows`, oldest first.
    pub fn oldest(&mut self, table: &str, rows: i64) {
        self.ordered(table, "", rows);
    }

    fn ordered(&mut self, table: &str, direction: &str, rows: i64) {
        let order = format_args!(" order by {table}.created_at{direction}, {table}.id{direction} limit ");
        self.query.push(order);
        DB::bind_int(self.query, rows);
    }

    fn condition(&mut self, column: &str) -> &mut QueryBuilder<DB> {
        self.query.push(if self.any { " and " } else { " where " });
        self.any = true;
        self.query.push(column)
    }
}

/// A list of each of these values: an index has one in order, several only sorted. Without any, one list of none.
pub fn one_each<T: Copy + PartialEq>(values: &List<T>) -> Vec<List<T>> {
    let mut lists: Vec<List<T>> = Vec::new();
    for value in &values.0 {
        if lists.iter().all(|list| list.0 != [*value]) {
            lists.push(List(vec![*value]));
        }
    }
    if lists.is_empty() { vec![List(Vec::new())] } else { lists }
}

/// One page of several lists: the newest, one more than the page holds.
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
