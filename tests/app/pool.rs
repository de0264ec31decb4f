//! The database by its own means, without the server's.

use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

use super::Place;

pub enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    pub async fn open(place: &Place) -> Self {
        if place.admin_url.is_some() {
            return Self::Postgres(PgPool::connect(&place.database_url).await.unwrap());
        }
        Self::Sqlite(SqlitePool::connect(&format!("{}?mode=rwc", place.database_url)).await.unwrap())
    }

    pub async fn run(&self, sql: String) {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop).unwrap(),
            Self::Postgres(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop).unwrap(),
        }
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Self::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
