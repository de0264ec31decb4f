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

/// Prints the size of the program, script and style of every page, and of each part that loads later.
pub fn report(site: &Path) -> anyhow::Result<()> {
    let mut files: Vec<PathBuf> = fs::read_dir(site)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|kind| ["wasm", "js", "css"].iter().any(|known| kind == *known)));
    files.sort();
    for file in files {
        let name = file.file_name().unwrap_or_default().display();
        let size = |path: &Path| fs::metadata(path).map(|meta| meta.len().div_ceil(1024));
        let plain = size(&file)?;
        match size(&beside(&file, "br")) {
            Ok(packed) => eprintln!("{name}: {plain} KB, {packed} KB in brotli"),
            Err(_) => eprintln!("{name}: {plain} KB"),
        }
    }
    Ok(())
}
