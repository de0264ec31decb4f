//! Checks dependencies: licences, sources and bans by deny.toml, and known vulnerabilities if the advisory database is
//! reachable.

use std::process::Command;

use crate::process::{cargo, exists, run, succeeds};
use crate::root;

const VERSION: &str = "0.20.2";

/// Runs cargo-deny, installing it into target/tools if necessary.
pub fn deny() -> anyhow::Result<()> {
    let tools = crate::target().join("tools");
    let installed = tools.join("bin/cargo-deny");
    let program = if exists("cargo-deny") { "cargo-deny".into() } else { installed };
    if program.is_absolute() && !program.exists() {
        let package = format!("cargo-deny@{VERSION}");
        if let Err(why) = run(cargo(&["install", "--quiet", "--locked", &package, "--root"]).arg(&tools)) {
            eprintln!("cargo-deny cannot be had here ({why}): dependencies were not checked.");
            return Ok(());
        }
    }
    let deny = || {
        let mut command = Command::new(&program);
        command.current_dir(root()).arg("--locked");
        command
    };
    run(deny().args(["check", "--hide-inclusion-graph", "licenses", "sources", "bans"]))?;
    if succeeds(deny().args(["fetch", "db"])) {
        return run(deny().args(["check", "--disable-fetch", "advisories"]));
    }
    eprintln!("The advisory database cannot be had here: known vulnerabilities were not looked for.");
    Ok(())
}
