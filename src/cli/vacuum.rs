//! `opscenter vacuum`: rebuilds a SQLite file to reclaim free space.

use std::path::Path;
use std::time::Duration;

use anyhow::{bail, ensure};
use app::types::time;

use crate::config::Config;
use crate::db::{Vacuum, lock, sqlite_path};

/// What a disk surely writes, in bytes a millisecond.
const SPEED: i64 = 100_000;

const TELL: Duration = Duration::from_secs(5);

/// Says how long it will take, does it, and says what was gained.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let Some(path) = sqlite_path(&config.database_url) else {
        bail!("not needed with PostgreSQL: autovacuum reclaims space")
    };
    ensure!(path.exists(), "no database at {}", path.display());
    lock(&config.database_url)?;
    let mut vacuum = Vacuum::open(&config.database_url).await?;
    let (used, size) = vacuum.size().await?;
    say!(
        "{} of {} in use: this takes about {} and needs free disk space for a full copy",
        mb(used),
        mb(size),
        time::span(used / SPEED)
    );
    let new = vacuum.beside();
    let copied = tokio::select! {
        copied = vacuum.copy() => copied,
        never = tell(&new, used) => match never {},
    };
    if let Err(error) = copied {
        // The old file is as it was.
        let _is_gone = std::fs::remove_file(&new);
        return Err(error);
    }
    vacuum.replace().await?;
    say!("done: {} reclaimed", mb((size - used).max(0)));
    Ok(())
}

/// Every while how much is written.
async fn tell(new: &Path, all: i64) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(TELL).await;
        let written = std::fs::metadata(new).map_or(0, |file| file.len());
        eprintln!("{}%", written.saturating_mul(100) / all.max(1) as u64);
    }
}

fn mb(bytes: i64) -> String {
    format!("{} MB", (bytes + 999_999) / 1_000_000)
}
