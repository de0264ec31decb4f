//! Compression of the assets.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes a `.br` and a `.gz` variant beside every file, where the server looks for them.
pub fn compress(folder: &Path) -> anyhow::Result<()> {
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

/// Prints the size of each file.
pub fn report(site: &Path) -> anyhow::Result<()> {
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
