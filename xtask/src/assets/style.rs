//! The style sheet, in one file.

use std::fs;
use std::path::Path;

use anyhow::anyhow;
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

/// Minifies for browsers of the last two and a half years.
pub fn minify(source: &Path, out: &Path) -> anyhow::Result<()> {
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
