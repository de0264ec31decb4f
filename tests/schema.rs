//! Both databases have the same tables and columns, but for the search index, which each keeps in its own way.

use std::collections::BTreeSet;

use opscenter::db::Db;

use crate::app::Place;

#[tokio::test]
#[ignore = "needs PostgreSQL; cargo xtask test runs it"]
async fn both_databases_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (Place::embedded(), Place::distributed().await);
    assert_eq!(sqlite_columns(&sqlite).await, postgres_columns(&postgres).await);
    postgres.remove().await;
}

async fn sqlite_columns(place: &Place) -> BTreeSet<(String, String)> {
    let db = Db::open(&place.database_url).await.unwrap();
    db.migrate().await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
    let pool = sqlx::SqlitePool::connect(&place.database_url).await.unwrap();
    let sql = "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c \
               where m.type = 'table' and m.name not like '%\\_text%' escape '\\' and m.name not like 'sqlite_%' and m.name not like '\\_sqlx%' escape '\\'";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(&pool).await.unwrap();
    rows.into_iter().collect()
}

async fn postgres_columns(place: &Place) -> BTreeSet<(String, String)> {
    let db = Db::open(&place.database_url).await.unwrap();
    db.migrate().await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
    let pool = sqlx::PgPool::connect(&place.database_url).await.unwrap();
    let sql = "select table_name::text, column_name::text from information_schema.columns \
               where table_schema = 'public' and table_name not like '%\\_text' and table_name not like '\\_sqlx%'";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(&pool).await.unwrap();
    pool.close().await;
    rows.into_iter().collect()
}

#[tokio::test]
async fn the_design_s_tables_are_all_there() {
    let place = Place::embedded();
    let tables: BTreeSet<String> = sqlite_columns(&place).await.into_iter().map(|(table, _)| table).collect();
    let expected = [
        "alert_activity",
        "alert_keys",
        "alert_told",
        "alerts",
        "api_tokens",
        "audit_log",
        "channels",
        "devices",
        "nodes",
        "notification_logs",
        "quarantine",
        "saved_filters",
        "search_queue",
        "sessions",
        "settings",
        "stats_minute",
        "undo_log",
        "users",
        "webhook_events",
        "webhook_payloads",
        "webhook_sources",
    ];
    assert_eq!(tables.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}
