//! The layers: who may know whom. X does not know Y means that no file of X names Y.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folder or file of `src`, and the modules it must not name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("ingest", &["notify", "process", "live", "web", "dashboard", "cli", "node", "overview"]),
    ("process", &["notify", "ingest", "live", "web", "dashboard", "cli", "node", "overview"]),
    ("live", &["ingest", "process", "web", "dashboard", "cli", "node"]),
    ("notify", &["ingest", "process", "live", "web", "dashboard", "cli", "node", "overview"]),
    (
        "limiter",
        &[
            "ingest",
            "process",
            "notify",
            "live",
            "web",
            "dashboard",
            "cli",
            "node",
            "ops",
            "db",
            "bus",
            "queue",
            "provider",
        ],
    ),
    ("outbox", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops"]),
    ("reloading.rs", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops", "db"]),
    ("signals.rs", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops", "db"]),
    ("channels", &["outbox", "ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops"]),
    (
        "delivery",
        &[
            "ingest",
            "process",
            "notify",
            "live",
            "web",
            "dashboard",
            "cli",
            "node",
            "ops",
            "db",
            "bus",
            "queue",
            "provider",
            "channels",
            "clock",
        ],
    ),
    ("process/lifecycle", &["notify", "ingest", "web", "dashboard", "ops", "db", "bus", "queue", "channels", "clock"]),
    ("changes", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node"]),
    ("queue", &["ingest", "process", "live", "web", "dashboard", "cli", "node", "ops", "db", "bus", "provider"]),
    ("bus", &["ingest", "process", "live", "web", "dashboard", "cli", "node", "ops", "db", "queue", "provider"]),
    ("db", &["ingest", "process", "live", "web", "dashboard", "cli", "node", "ops", "bus", "queue", "provider"]),
    (
        "provider",
        &[
            "ingest",
            "process",
            "live",
            "web",
            "dashboard",
            "cli",
            "node",
            "ops",
            "bus",
            "queue",
            "db",
            "clock",
            "crypto",
        ],
    ),
    ("ops.rs", &["notify", "ingest", "process", "live", "web", "dashboard", "cli", "node", "overview"]),
    ("fresh.rs", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops", "db", "overview"]),
    ("throttle.rs", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops", "db"]),
    ("supervisor.rs", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops", "db"]),
    ("vapid.rs", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops"]),
    ("payload.rs", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops", "db"]),
    ("network.rs", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node", "ops", "db"]),
    ("retention.rs", &["ingest", "process", "notify", "live", "web", "dashboard", "cli", "node"]),
    ("sources", &["ingest", "process", "live", "web", "dashboard", "cli", "node", "ops"]),
    ("overview.rs", &["ingest", "process", "live", "web", "dashboard", "cli", "node"]),
    ("dashboard", &["web", "cli", "node"]),
    ("web", &["process", "cli", "node"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap_or_else(|_| panic!("{} is gone", path.display()));
    let mut files: Vec<PathBuf> = entries.flat_map(|entry| rust_files(&entry.unwrap().path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files
}

/// The text without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn nobody_knows_a_layer_above_or_beside() {
    for (layer, forbidden) in FORBIDDEN {
        for file in rust_files(&root().join("src").join(layer)) {
            let code = code(&file);
            for module in *forbidden {
                let name = format!("crate::{module}");
                let named = code
                    .match_indices(&name)
                    .any(|(at, _)| !code[at + name.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'));
                assert!(!named, "{} names {name}", file.display());
            }
        }
    }
}

/// `rustfmt` does not format `view!`.
#[test]
fn markup_is_wrapped() {
    let has_long_text = |line: &str| line.split('"').skip(1).step_by(2).any(|text| text.len() > 60);
    let mut long = Vec::new();
    for file in rust_files(&root().join("app/src")) {
        let code = code(&file);
        let lines = code.lines().filter(|line| line.chars().count() > 126);
        let bad = lines.filter(|line| !has_long_text(line) && !line.contains("r#"));
        long.extend(bad.map(|line| format!("{}: {line}", file.display())));
    }
    assert!(long.is_empty(), "lines are too long:\n{}", long.join("\n"));
}

/// Words that only some places may use, as paths.
const ONLY: &[(&str, &[&str])] = &[
    ("sqlx::query", &["src/db/"]),
    ("QueryBuilder", &["src/db/"]),
    ("redis::", &["src/queue/", "src/bus/", "src/limiter/"]),
    ("lettre::", &["src/notify/email"]),
    ("teloxide::", &["src/notify/telegram"]),
    ("SystemTime", &["src/clock.rs"]),
];

#[test]
fn drivers_stay_where_they_belong() {
    for file in rust_files(&root().join("src")) {
        let (code, path) = (code(&file), file.strip_prefix(root()).unwrap().display().to_string());
        for (word, places) in ONLY {
            let allowed = places.iter().any(|place| path.starts_with(place));
            assert!(allowed || !code.contains(word), "{path} says {word}");
        }
    }
}

#[test]
fn providers_are_pure() {
    for file in rust_files(&root().join("src/provider")) {
        let code = code(&file);
        for word in ["async ", "tokio", ".await", "reqwest", "sqlx"] {
            assert!(!code.contains(word), "{} says {word}", file.display());
        }
    }
}

#[test]
fn the_dashboard_knows_no_driver() {
    for file in rust_files(&root().join("app/src")) {
        let code = code(&file);
        for word in ["opscenter::", "axum::", "tokio::", "sqlx::query", "sqlx::Sqlite", "sqlx::Pg"] {
            let said = code
                .match_indices(word)
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            assert!(!said, "{} says {word}", file.display());
        }
    }
}

/// What a file that asks the server says.
const FETCHES: [&str; 4] = ["crate::api::", "crate::pages::", "Call::of", "Post::to"];

#[test]
fn only_pages_fetch() {
    let fetching = |folder: &str| -> Vec<PathBuf> {
        let files = rust_files(&root().join("app/src").join(folder));
        files.into_iter().filter(|file| FETCHES.iter().any(|word| code(file).contains(word))).collect()
    };
    assert!(fetching("pages").len() > 20, "the words are those by which pages ask");
    for folder in ["ui", "live", "read", "types"] {
        assert_eq!(fetching(folder), Vec::<PathBuf>::new());
    }
}

/// A term that nothing is called by helps nobody.
#[test]
fn the_glossary_names_what_is_in_the_code() {
    let glossary = fs::read_to_string(root().join("docs/GLOSSARY.md")).unwrap();
    let code: String =
        ["src", "app/src"].iter().flat_map(|folder| rust_files(&root().join(folder))).map(|file| code(&file)).collect();
    let words: HashSet<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let rows = glossary.lines().filter(|line| line.starts_with("| ") && line.ends_with("` |"));
    let terms: Vec<&str> = rows.filter_map(|row| row.rsplit('`').nth(1)).collect();
    assert!(terms.len() > 40, "{}", terms.len());
    let unknown: Vec<&&str> = terms.iter().filter(|term| !words.contains(**term)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// `leptos_meta::Title` does not escape on the server.
#[test]
fn titles_go_through_the_one_that_escapes() {
    for file in rust_files(&root().join("app/src")) {
        let named = code(&file).contains("leptos_meta::Title") || code(&file).contains("<Title");
        assert_eq!(named, file.ends_with("ui/title.rs"), "{}", file.display());
    }
}

/// tachys writes the children of `textarea` unescaped on the server.
#[test]
fn texts_of_several_lines_go_through_the_one_that_escapes() {
    for file in rust_files(&root().join("app/src")) {
        assert_eq!(code(&file).contains("<textarea"), file.ends_with("ui/area.rs"), "{}", file.display());
    }
}

/// A listener that is forgotten is never freed.
#[test]
fn the_stream_forgets_no_listener() {
    for file in rust_files(&root().join("app/src/live")) {
        assert!(!code(&file).contains(".forget()"), "{}", file.display());
    }
}

#[test]
fn no_drawer_for_everything() {
    for file in [root().join("src"), root().join("app/src"), root().join("xtask/src")]
        .iter()
        .flat_map(|folder| rust_files(folder))
    {
        let stem = file.file_stem().unwrap().to_str().unwrap();
        assert!(
            !["utils", "util", "helpers", "common", "manager", "service", "misc"].contains(&stem),
            "{}",
            file.display()
        );
    }
}
