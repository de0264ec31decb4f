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
        if let Some(cursor) = cursor {
            self.condition("").push(format_args!("({table}.created_at, {table}.id) < ("));
            DB::bind_int(self.query, cursor.created_at);
            self.query.push(", ");
            DB::bind_int(self.query, cursor.id);
            self.query.push(")");
        }
        self
    }

    /// Rows after the cursor, oldest first.
    pub fn beyond(&mut self, table: &str, cursor: Option<Cursor>) -> &mut Self {
        if let Some(cursor) = cursor {
            self.condition("").push(format_args!("({table}.created_at, {table}.id) > ("));
            DB::bind_int(self.query, cursor.created_at);
            self.query.push(", ");
            DB::bind_int(self.query, cursor.id);
            self.query.push(")");
        }
        self
    }

    /// At most `rows`, newest first.
    pub fn newest(&mut self, table: &str, rows: i64) {
        self.query.push(format_args!(" order by {table}.created_at desc, {table}.id desc limit "));
        DB::bind_int(self.query, rows);
    }

    /// At most `rows`, oldest first.
    pub fn oldest(&mut self, table: &str, rows: i64) {
        self.query.push(format_args!(" order by {table}.created_at, {table}.id limit "));
        DB::bind_int(self.query, rows);
    }

    fn condition(&mut self, column: &str) -> &mut QueryBuilder<DB> {
        self.query.push(if self.any { " and " } else { " where " });
        self.any = true;
        self.query.push(column)
    }
}
