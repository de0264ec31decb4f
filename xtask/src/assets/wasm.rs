//! The dashboard's WASM: bound to the browser, and made small.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::anyhow;

use super::{reorder, snip};
use crate::process::{exists, run, succeeds};
use crate::root;

/// What wasm-opt does. A function that has but one caller is left by itself unless it is tiny: put into its caller it would
/// no longer read like its many sisters, and they would pack a tenth larger.
const PASSES: &[&str] = &["--one-caller-inline-max-function-size=10", "--flatten", "--rereloop", "-Oz", "-Oz"];

/// As a library, so that it is the version that the lock file names.
pub fn bind(wasm: &Path, out: &Path, release: bool) -> anyhow::Result<()> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.out_name("opscenter").typescript(false).debug(!release).remove_producers_section(true);
    bindgen.input_bytes("opscenter", snip::without_unused(wasm)?);
    bindgen.remove_name_section(release);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(out)).map_err(|error| anyhow!("wasm-bindgen: {error:#}"))
}

/// First by wasm-opt, then by the order of its functions.
pub fn shrink(wasm: &Path) -> anyhow::Result<()> {
    optimise(wasm)?;
    Ok(fs::write(wasm, reorder::side_by_side(&fs::read(wasm)?)?)?)
}

/// Smaller by a fifth, and packed by 4 in 100; done where wasm-opt or npm is at hand, and said where it is not.
fn optimise(wasm: &Path) -> anyhow::Result<()> {
    let Some(wasm_opt) = wasm_opt() else {
        eprintln!(
            "wasm-opt is not at hand (install binaryen, or Node for npm's binaryen): the dashboard stays 4% larger"
        );
        return Ok(());
    };
    let slim = wasm.with_extension("slim");
    let features = [
        "--enable-bulk-memory",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ];
    run(Command::new(wasm_opt).args(PASSES).args(features).arg(wasm).arg("-o").arg(&slim))?;
    Ok(fs::rename(slim, wasm)?)
}

fn wasm_opt() -> Option<PathBuf> {
    if exists("wasm-opt") {
        return Some("wasm-opt".into());
    }
    let folder = root().join("target/npm");
    let program = folder.join("node_modules/.bin/wasm-opt");
    if !(program.exists() && is_the_locked(&folder)) && exists("npm") {
        install(&folder).ok()?;
    }
    program.exists().then_some(program)
}

/// What npm needs, in xtask/npm: the lock file names one version and its hash.
const FILES: [&str; 3] = ["package.json", ".npmrc", "package-lock.json"];

fn is_the_locked(folder: &Path) -> bool {
    let of = |place: &Path| fs::read(place.join("package-lock.json")).ok();
    of(folder) == of(&root().join("xtask/npm"))
}

fn install(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for file in FILES {
        fs::copy(root().join("xtask/npm").join(file), folder.join(file))?;
    }
    let mut npm = Command::new("npm");
    succeeds(npm.args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"]).current_dir(folder));
    Ok(())
}
