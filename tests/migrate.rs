//! The migration to the delivery gate, which rebuilds two tables: with many rows, and killed in the middle.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use opscenter::clock::Clock;
use sqlx::migrate::Migrator;

use crate::app::{Place, Pool, free_port, on_both};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// The last migration before.
const BEFORE: i64 = 11;

/// Notifications and alerts; 1,000,000 passed when it was tried by hand.
const ROWS: i64 = 100_000;

/// Milliseconds after which the server is killed.
const KILLS: [u64; 4] = [60, 150, 300, 600];

const FILL: [&str; 5] = [
    "insert into webhook_sources (slug, name, provider, secret_key, key_ref, settings, created_at, updated_at) \
     values ('custom', 'Custom', 'generic', '', 'k', '{}', 1, 1)",
    "insert into channels (name, kind, recipient, key_ref, settings, broken_reason, created_at, updated_at) \
     values ('Mail', 'email', 'a@example.com', 'k', '{}', 'gone', 1, 1), ('Room', 'slack', 'hooks', 'l', '{}', null, 1, 1)",
    "insert into alerts (webhook_source_id, position, title, message, severity, metadata, state, dedup_key, last_seen_at, \
     created_at, updated_at) select 1, i, 'Alert ' || i, '', case when i % 2 = 0 then 'info' else 'error' end, '{}', 'open', \
     case when i % 4 = 0 then 'key ' || i end, {now} + i, {now} + i, {now} + i from {numbers}",
    "insert into notification_logs (alert_id, channel_id, channel, recipient, kind, status, due_at, created_at, updated_at) \
     select i, 2, 'slack', 'hooks', 'opened', case when i % 3 = 0 then 'failed' else 'sent' end, {now} + i, {now} + i, {now} + i from {numbers}",
    "delete from notification_logs where id > {most} - 10",
];

/// What must be as it was, and what is new.
const SUMS: &str = "select count(*), cast(sum(id) as bigint), cast(sum(alert_id) as bigint), cast(sum(channel_id) as bigint), \
     cast(sum(created_at) as bigint) from notification_logs";
const TOLD: &str = "select count(*) from alert_told";
const NEXT: &str = "insert into notification_logs (channel, recipient, kind, due_at, created_at, updated_at) \
     values ('email', 'x', 'page', 1, 1, 1) returning id";

type Sums = (i64, i64, i64, i64, i64);

impl Pool {
    async fn migrate_before(&self) {
        let old = |all: &Migrator| {
            Migrator::with_migrations(all.iter().filter(|migration| migration.version <= BEFORE).cloned().collect())
        };
        match self {
            Self::Sqlite(pool) => old(&SQLITE).run(pool).await.unwrap(),
            Self::Postgres(pool) => old(&POSTGRES).run(pool).await.unwrap(),
        }
    }

    async fn fill(&self, sql: &str) {
        let numbers = match self {
            Self::Sqlite(_) => {
                "(with recursive r(i) as (select 1 union all select i + 1 from r where i < {most}) select i from r) n"
            }
            Self::Postgres(_) => "(select i from generate_series(cast(1 as bigint), {most}) i) n",
        };
        let sql = sql.replace("{numbers}", numbers).replace("{now}", &(Clock::System.now() - ROWS).to_string());
        self.run(sql.replace("{most}", &ROWS.to_string())).await;
    }

    async fn sums(&self) -> Sums {
        match self {
            Self::Sqlite(pool) => sqlx::query_as(SUMS).fetch_one(pool).await.unwrap(),
            Self::Postgres(pool) => sqlx::query_as(SUMS).fetch_one(pool).await.unwrap(),
        }
    }
}

/// Killed when dropped, also by a panic.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.0.kill();
        let _gone_already = self.0.wait();
    }
}

fn serve(place: &Place, listen: &str) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opscenter"));
    command.current_dir(place.folder.path()).env_clear().env("RUST_LOG", "error");
    command.env("DATABASE_URL", &place.database_url).env("APP_KEY", &place.app_key).env("LISTEN", listen);
    Server(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

async fn ready(listen: &str) {
    let until = Instant::now() + Duration::from_secs(120);
    while !reqwest::get(format!("http://{listen}/readyz")).await.is_ok_and(|answer| answer.status() == 200) {
        assert!(Instant::now() < until, "the server does not come up");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

on_both! {
    async fn many_rows_and_a_kill_in_the_middle_lose_nothing(place: Place) {
        let pool = Pool::open(&place).await;
        pool.migrate_before().await;
        for sql in FILL {
            pool.fill(sql).await;
        }
        let before = pool.sums().await;
        pool.close().await;
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        for kill in KILLS {
            let server = serve(&place, &listen);
            tokio::time::sleep(Duration::from_millis(kill)).await;
            drop(server);
        }
        let server = serve(&place, &listen);
        ready(&listen).await;
        let pool = Pool::open(&place).await;
        assert_eq!(pool.sums().await, before);
        // Each channel's last message of each alert that was sent.
        assert_eq!(pool.number(TOLD).await, pool.number("select count(*) from notification_logs where status = 'sent'").await);
        assert_eq!(pool.number("select count(*) from channels where broken_reason = 'gone' and id = 1").await, 1);
        assert_eq!(pool.number(NEXT).await, ROWS + 1, "an id is not given twice, and any kind is taken");
        // Alerts without a key and below warning become notices while the server runs.
        let notices = "select count(*) from alerts where is_notice";
        let until = Instant::now() + Duration::from_secs(60);
        while pool.number(notices).await < ROWS / 4 {
            assert!(Instant::now() < until, "{}", pool.number(notices).await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(pool.number(notices).await, ROWS / 4);
        pool.close().await;
        drop(server);
        place.remove().await;
    }
}
