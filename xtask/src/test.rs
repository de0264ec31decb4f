//! `cargo xtask test`: all tests, the fast ones first.

use std::process::Command;

use anyhow::{Context, ensure};
use clap::Args;

use crate::assets;
use crate::build::Build;
use crate::deny::deny;
use crate::process::{cargo, exists, output, run};
use crate::root;
use crate::servers::{Servers, install, is_file};

/// Paths of Debian's browsers, as Playwright cannot always download its own.
const CHROMIUM: &str = "/usr/bin/chromium";
const FIREFOX: &str = "/usr/bin/firefox-esr";

#[derive(Args)]
pub struct Test {
    /// Leave the browser out
    #[arg(long)]
    skip_browser: bool,
}

/// Debian's package and the name of its binary.
const ALERTMANAGER: &str = "prometheus-alertmanager";

impl Test {
    pub fn run(self) -> anyhow::Result<()> {
        run(&mut cargo(&["fmt", "--all", "--", "--check"]))?;
        run(&mut cargo(&["clippy", "--locked", "--all-targets", "--", "-D", "warnings"]))?;
        run(&mut cargo(&["clippy", "--package", "xtask", "--", "-D", "warnings"]))?;
        run(&mut cargo(&["test", "--package", "xtask"]))?;
        deny()?;
        // The browser tests use the release build of the dashboard.
        assets::build(true)?;
        let build = Build { release: false, dashboard: false };
        build.build_server()?;
        run(&mut cargo(&[
            "clippy",
            "--package",
            "frontend",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            "wasm-dev",
            "--",
            "-D",
            "warnings",
        ]))?;
        if !exists(ALERTMANAGER) {
            install(&[ALERTMANAGER])?;
        }
        let servers = Servers::find_or_start(false)?;
        run(cargo(&["test", "--", "--include-ignored"])
            .env("TEST_DATABASE_URL", &servers.database_url)
            .env("TEST_REDIS_URL", &servers.redis_url))?;
        if self.skip_browser {
            eprintln!("The browser tests were left out, as asked.");
            return Ok(());
        }
        playwright(&build, &[])
    }
}

/// Runs Playwright from npm, with Chromium and Firefox, against the server that was just built.
pub fn playwright(build: &Build, arguments: &[&str]) -> anyhow::Result<()> {
    check_node()?;
    let browsers = [(CHROMIUM, "chromium"), (FIREFOX, "firefox-esr")];
    let missing: Vec<&str> = browsers.iter().filter(|(path, _)| !is_file(path)).map(|(_, package)| *package).collect();
    install(&missing)?;
    let folder = root().join("end2end");
    run(Command::new("npm").args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"]).current_dir(&folder))?;
    run(Command::new("npx")
        .args(["playwright", "test"])
        .args(arguments)
        .current_dir(&folder)
        .env("OPSCENTER", build.server())
        .env("CHROMIUM", CHROMIUM)
        .env("FIREFOX", FIREFOX))
}

fn check_node() -> anyhow::Result<()> {
    if !exists("node") || !exists("npm") {
        install(&["nodejs", "npm"])?;
    }
    let version = output(Command::new("node").arg("--version"))
        .context("Node is missing: the browser tests need Node 20 or newer")?;
    let major: u32 = version.trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    ensure!(major >= 20, "Node is {version}: the browser tests need Node 20 or newer");
    Ok(())
}
