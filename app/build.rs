//! Lists the provider packs that name a logo, for the pages that show it, with a version of that list for its URL.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let packs = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../providers");
    println!("cargo:rerun-if-changed={}", packs.display());
    println!("cargo:rerun-if-changed={}", packs.join("../Cargo.lock").display());
    let mut marked = Vec::new();
    for entry in fs::read_dir(&packs)? {
        let path = entry?.path();
        let is_pack = path.extension().is_some_and(|extension| extension == "toml");
        let text = if is_pack { fs::read_to_string(&path)? } else { continue };
        if let Some(mark) = text.lines().find(|line| line.starts_with("mark = ")) {
            marked.extend(path.file_stem().map(|name| (name.to_string_lossy().into_owned(), mark.to_owned())));
        }
    }
    marked.sort();
    // Their shapes come from this crate.
    let lock = fs::read_to_string(packs.join("../Cargo.lock"))?;
    let shapes =
        lock.split("[[package]]").find(|package| package.contains("name = \"icondata_si\"")).unwrap_or_default();
    let out = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("marked.rs");
    fs::write(out, constants(&marked, shapes))
}

fn constants(marked: &[(String, String)], shapes: &str) -> String {
    let mut hash = DefaultHasher::new();
    (marked, shapes).hash(&mut hash);
    let names: Vec<_> = marked.iter().map(|(name, _)| name).collect();
    format!(
        "/// Ids of the provider packs with a logo.\nconst MARKED: &[&str] = &{names:?};\n\
         /// Changes with the logos.\nconst MARKS_VERSION: &str = \"{:016x}\";\n",
        hash.finish()
    )
}
