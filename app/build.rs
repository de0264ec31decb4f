//! Lists the provider packs that name a logo, for the pages that show it.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let packs = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../providers");
    println!("cargo:rerun-if-changed={}", packs.display());
    let mut marked = Vec::new();
    for entry in fs::read_dir(packs)? {
        let path = entry?.path();
        let is_pack = path.extension().is_some_and(|extension| extension == "toml");
        if is_pack && fs::read_to_string(&path)?.lines().any(|line| line.starts_with("mark = ")) {
            marked.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    marked.sort();
    let out = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("marked.rs");
    fs::write(out, format!("/// Ids of the provider packs with a logo.\nconst MARKED: &[&str] = &{marked:?};\n"))
}
