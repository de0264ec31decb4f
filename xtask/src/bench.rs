//! `cargo xtask bench`: the figures of docs/benchmarks.md, measured on a release build.

use clap::Args;

use crate::build::Build;
use crate::process::{cargo, run};
use crate::servers::Servers;
use crate::test::playwright;

#[derive(Args)]
pub struct Bench {
    /// Seconds of each measurement
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Leave PostgreSQL and Redis out
    #[arg(long)]
    embedded_only: bool,
    /// The console with a million events behind it, instead of the way of a webhook
    #[arg(long)]
    million: bool,
    /// A steady stream only, below the most that is taken
    #[arg(long, conflicts_with_all = ["million", "live"])]
    steady: bool,
    /// The way from POST to the browser only, on a database that rests
    #[arg(long, conflicts_with = "million")]
    live: bool,
    /// Resident memory only: at rest, with open sockets, with large bodies
    #[arg(long, conflicts_with_all = ["million", "steady", "live"])]
    memory: bool,
    /// The console in Chromium only: cold, warm, after a restart, with a large payload
    #[arg(long, conflicts_with_all = ["million", "steady", "live", "memory"])]
    console: bool,
}

impl Bench {
    pub fn run(self) -> anyhow::Result<()> {
        let build = Build { release: true, dashboard: false };
        build.run()?;
        if self.console {
            return playwright(&build, &["--config", "measure.config.ts"]);
        }
        // With fsync, as durability is part of what is measured.
        let servers = if self.embedded_only { None } else { Some(Servers::find_or_start(true)?) };
        let mut bench = cargo(&["bench", "--bench", "figures", "--", "--seconds", &self.seconds.to_string()]);
        bench.args(self.steady.then_some("--steady"));
        bench.args(self.million.then_some("--million")).args(self.live.then_some("--live"));
        bench.args(self.memory.then_some("--memory"));
        bench.env("OPSCENTER", build.server());
        if let Some(servers) = &servers {
            bench.env("TEST_DATABASE_URL", &servers.database_url).env("TEST_REDIS_URL", &servers.redis_url);
        }
        run(&mut bench)
    }
}
