//! Dashboard assets: WASM through wasm-bindgen and wasm-opt, CSS through lightningcss, all compressed.

mod marks;
mod pack;
mod style;
mod wasm;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::process::{cargo, run};
use crate::{root, target};

const WASM: &str = "wasm32-unknown-unknown";

/// Builds `target/site/pkg`. A release build of the server embeds these files, so it must come afterwards.
pub fn build(release: bool) -> anyhow::Result<()> {
    add_target()?;
    let profile = if release { "wasm-release" } else { "wasm-dev" };
    run(&mut cargo(&["build", "--locked", "--package", "frontend", "--target", WASM, "--profile", profile]))?;
    let wasm = target().join(WASM).join(profile).join("frontend.wasm");
    let site = root().join("target/site/pkg");
    let fresh = root().join("target/site/fresh");
    let _none_there = fs::remove_dir_all(&fresh);
    wasm::bind(&wasm, &fresh, release)?;
    if release {
        wasm::shrink_all(&fresh)?;
    }
    style::minify(&root().join("style/main.css"), &fresh.join("opscenter.css"))?;
    fs::write(fresh.join("marks.svg"), marks::sheet(&root().join("providers"))?)?;
    if release {
        pack::compress(&fresh)?;
    }
    let _none_there = fs::remove_dir_all(&site);
    fs::rename(&fresh, &site)?;
    pack::report(&site)
}

/// Adds the WASM target. A `targets` line in rust-toolchain.toml would not add it to a toolchain that is already installed.
fn add_target() -> anyhow::Result<()> {
    let sysroot = crate::process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    run(Command::new("rustup").args(["target", "add", WASM]))
        .context("the wasm32 target is missing and rustup cannot add it")
}
