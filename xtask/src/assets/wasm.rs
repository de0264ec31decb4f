//! The dashboard's WASM: JavaScript bindings and size optimization.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::anyhow;

use crate::process::{exists, run, succeeds};
use crate::root;

/// Arguments of wasm-opt. Functions with a single caller are inlined only if tiny: once inlined they would no longer resemble
/// their many siblings, and the compressed size would grow by a tenth.
const PASSES: &[&str] =
    &["--strip-debug", "--one-caller-inline-max-function-size=10", "--flatten", "--rereloop", "-Oz", "-Oz"];

/// Name of the script that loads the parts.
const LINK: &str = "split.js";

/// Splits the program into the part that every page needs and those of single pages, which load when they are opened. Uses
/// wasm-bindgen as a library, so that its version is the one in Cargo.lock.
pub fn bind(wasm: &Path, out: &Path, release: bool) -> anyhow::Result<()> {
    fs::create_dir_all(out)?;
    let main = out.join("main.wasm");
    split(wasm, &main, out)?;
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.out_name("opscenter").typescript(false).debug(!release).remove_producers_section(true);
    bindgen.input_path(&main).keep_lld_exports(true);
    bindgen.remove_name_section(release);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(out)).map_err(|error| anyhow!("wasm-bindgen: {error:#}"))?;
    Ok(fs::remove_file(main)?)
}

fn split(wasm: &Path, main: &Path, out: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(wasm)?;
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    options.output_dir = out;
    options.main_out_path = main;
    options.main_module = "./opscenter.js";
    let link = format!("./{LINK}");
    options.link_name = &link;
    wasm_split_cli_support::transform(options).map_err(|error| anyhow!("wasm-split: {error:#}"))?;
    Ok(())
}

/// Reduces the size of every part by a fifth, compressed by 4 in 100. Skipped with a message if neither wasm-opt nor npm is
/// available.
pub fn shrink_all(folder: &Path) -> anyhow::Result<()> {
    let Some(wasm_opt) = wasm_opt() else {
        eprintln!(
            "wasm-opt is not at hand (install binaryen, or Node for npm's binaryen): the dashboard stays 4% larger"
        );
        return Ok(());
    };
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            shrink(&wasm_opt, &path)?;
        }
    }
    Ok(())
}

fn shrink(wasm_opt: &Path, wasm: &Path) -> anyhow::Result<()> {
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

/// Files that npm needs, from xtask/npm: the lock file pins one version and its hash.
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
