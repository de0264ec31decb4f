//! The dashboard's files: WASM through wasm-bindgen and wasm-opt, CSS through lightningcss, all of it compressed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

use crate::process::{cargo, exists, run, succeeds};
use crate::{root, target};

const WASM: &str = "wasm32-unknown-unknown";

/// What wasm-opt does. A function that has but one caller is left by itself unless it is tiny: put into its caller it would
/// no longer read like its many sisters, and they would pack a tenth larger.
const PASSES: &[&str] = &["--one-caller-inline-max-function-size=10", "--flatten", "--rereloop", "-Oz", "-Oz"];

/// Builds `target/site/pkg`. The server that is built after it embeds these files in release.
pub fn build(release: bool) -> anyhow::Result<()> {
    add_target()?;
    let profile = if release { "wasm-release" } else { "wasm-dev" };
    run(&mut cargo(&["build", "--package", "frontend", "--target", WASM, "--profile", profile]))?;
    let wasm = target().join(WASM).join(profile).join("frontend.wasm");
    let site = root().join("target/site/pkg");
    let fresh = root().join("target/site/fresh");
    let _none_there = fs::remove_dir_all(&fresh);
    bind(&wasm, &fresh, release)?;
    if release {
        let wasm = fresh.join("opscenter_bg.wasm");
        optimise(&wasm)?;
        fs::write(&wasm, crate::reorder::side_by_side(&fs::read(&wasm)?)?)?;
    }
    style(&root().join("style/main.css"), &fresh.join("opscenter.css"))?;
    fs::write(fresh.join("marks.svg"), crate::marks::sheet())?;
    compress(&fresh, release)?;
    let _none_there = fs::remove_dir_all(&site);
    fs::rename(&fresh, &site)?;
    report(&site)
}

/// A `targets` line in rust-toolchain.toml would not add it to a toolchain that is already there.
fn add_target() -> anyhow::Result<()> {
    let sysroot = crate::process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    run(Command::new("rustup").args(["target", "add", WASM]))
        .context("the wasm32 target is missing and rustup cannot add it")
}

/// As a library, so that it is the version that the lock file names.
fn bind(wasm: &Path, out: &Path, release: bool) -> anyhow::Result<()> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.out_name("opscenter").typescript(false).debug(!release).remove_producers_section(true);
    bindgen.input_bytes("opscenter", crate::snip::without_unused(wasm)?);
    bindgen.remove_name_section(release);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(out)).map_err(|error| anyhow!("wasm-bindgen: {error:#}"))
}

/// Smaller by about a tenth; done where wasm-opt or npm is at hand, and said where it is not.
fn optimise(wasm: &Path) -> anyhow::Result<()> {
    let Some(wasm_opt) = wasm_opt() else {
        eprintln!(
            "wasm-opt is not at hand (install binaryen, or Node for npm's binaryen): the dashboard stays a tenth larger"
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
    if !program.exists() && exists("npm") {
        fs::create_dir_all(&folder).ok()?;
        eprintln!("+ npm install binaryen (for wasm-opt, into target/npm)");
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-save", "--no-fund", "--no-audit", "--prefix"]).arg(&folder).arg("binaryen@123");
        succeeds(&mut npm);
    }
    program.exists().then_some(program)
}

/// Minified for browsers of the last two years and a half.
fn style(source: &Path, out: &Path) -> anyhow::Result<()> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(source).map_err(|error| anyhow!("{}: {error}", source.display()))?;
    let targets = Targets::from(Browsers {
        chrome: Some(120 << 16),
        firefox: Some(121 << 16),
        safari: Some(17 << 16 | 2 << 8),
        ..Browsers::default()
    });
    sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() })?;
    let printed = sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })?;
    Ok(fs::write(out, printed.code)?)
}

/// A `.br` and a `.gz` beside every file, as the server looks for them; quickly while developing.
fn compress(folder: &Path, release: bool) -> anyhow::Result<()> {
    if !release {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path)?;
        let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut packed, &params)?;
        fs::write(beside(&path, "br"), packed)?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&bytes)?;
        fs::write(beside(&path, "gz"), gzip.finish()?)?;
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}.{suffix}", path.display()))
}

fn report(site: &Path) -> anyhow::Result<()> {
    for file in ["opscenter_bg.wasm", "opscenter.js", "opscenter.css"] {
        let size = |path: PathBuf| fs::metadata(path).map(|meta| meta.len() / 1024);
        let plain = size(site.join(file))?;
        match size(site.join(format!("{file}.br"))) {
            Ok(packed) => eprintln!("{file}: {plain} KB, {packed} KB in brotli"),
            Err(_) => eprintln!("{file}: {plain} KB"),
        }
    }
    Ok(())
}
