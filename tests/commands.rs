//! The command line, as a script sees it: exit codes, stdout, stderr.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Runs the binary on an embedded database in `folder`.
fn opscenter(folder: &Path, args: &[&str], stdin: &str) -> Output {
    opscenter_in(folder, &[("DATABASE_URL", "sqlite://data/o.db")], args, stdin)
}

fn opscenter_in(folder: &Path, environment: &[(&str, &str)], args: &[&str], stdin: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opscenter"));
    command.args(args).current_dir(folder).env_clear().env("LISTEN", "127.0.0.1:1").envs(environment.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _it_may_not_read = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

fn ok(folder: &TempDir, args: &[&str]) -> String {
    ok_with(folder, args, "")
}

fn ok_with(folder: &TempDir, args: &[&str], stdin: &str) -> String {
    let output = opscenter(folder.path(), args, stdin);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Exit code and the last line of stderr.
fn refused(folder: &TempDir, args: &[&str], stdin: &str) -> (i32, String) {
    let output = opscenter(folder.path(), args, stdin);
    assert!(output.stdout.is_empty(), "{args:?}: a refusal prints nothing to stdout");
    let errors = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), errors.lines().last().unwrap_or_default().to_owned())
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn migrate_and_seed_may_be_done_again() {
    let folder = folder();
    ok(&folder, &["migrate"]);
    ok(&folder, &["migrate"]);
    let first = ok(&folder, &["seed"]);
    assert_eq!(first.matches("secret\toc_").count(), 3, "{first}");
    assert!(first.contains("http://127.0.0.1:1/api/webhooks/github") && first.contains("curl -X POST"));
    let again = ok(&folder, &["seed"]);
    assert_eq!(again.matches("is there already").count(), 3);
    assert!(!again.contains("oc_"), "a secret is shown once");
    assert_eq!(ok(&folder, &["source", "list"]).lines().count(), 3);
}

#[test]
fn the_key_is_made_once_and_for_us_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    ok(&folder, &["seed"]);
    let key = folder.path().join("data/opscenter.key");
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(&key, opscenter::crypto::Crypto::generate_key()).unwrap();
    let (code, why) = refused(&folder, &["source", "list"], "");
    assert_eq!(code, 1);
    assert!(why.contains("APP_KEY is not the key of this database"), "{why}");
}

#[test]
fn sources_are_added_and_refused() {
    let folder = folder();
    let add = |args: &[&str], stdin: &str| opscenter(folder.path(), &[&["source", "add"], args].concat(), stdin);
    let made = add(&["gh", "--provider", "github", "--generate-secret"], "");
    assert!(String::from_utf8(made.stdout).unwrap().contains("secret\toc_"));
    let short = add(&["short", "--provider", "github", "--secret", "hush"], "");
    assert_eq!(short.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&short.stderr).contains("fewer than 16"));
    assert!(!String::from_utf8_lossy(&short.stdout).contains("hush"), "a secret that is known is not shown");
    assert_eq!(
        add(&["piped", "--provider", "generic", "--secret-stdin", "--set", "algorithm=sha512"], "from a pipe, long\n")
            .status
            .code(),
        Some(0)
    );
    for (args, code, word) in [
        (&["gh", "--provider", "github", "--generate-secret"][..], 1, "slug: is in use"),
        (&["Bad", "--provider", "github", "--generate-secret"], 1, "slug: must be"),
        (&["x", "--provider", "nobody", "--generate-secret"], 1, "provider: 'nobody' does not exist"),
        (&["x", "--provider", "github", "--secret", ""], 1, "secret: must not be empty"),
        (&["x", "--provider", "github", "--generate-secret", "--set", "colour=red"], 1, "settings.colour"),
        (&["x", "--provider", "github"], 2, ""),
        (&["x", "--provider", "github", "--generate-secret", "--secret", "y"], 2, ""),
        (&["x", "--provider", "github", "--generate-secret", "--set", "nonsense"], 2, ""),
    ] {
        let (was, why) = refused(&folder, &[&["source", "add"], args].concat(), "");
        assert_eq!(was, code, "{args:?}: {why}");
        assert!(why.contains(word), "{args:?}: {why}");
    }
    ok(&folder, &["source", "disable", "gh"]);
    assert!(ok(&folder, &["source", "list"]).contains("gh\tgithub\tdisabled"));
    ok(&folder, &["source", "enable", "gh"]);
    assert!(ok(&folder, &["source", "rotate", "gh", "--generate-secret"]).contains("secret\toc_"));
    ok(&folder, &["source", "remove", "gh"]);
    assert_eq!(refused(&folder, &["source", "remove", "gh"], "").0, 1);
    assert!(
        ok(&folder, &["source", "add", "gh", "--provider", "github", "--generate-secret"]).contains("gh"),
        "the slug is free again"
    );
}

#[test]
fn users_and_tokens_are_added_and_refused() {
    let folder = folder();
    ok_with(
        &folder,
        &["user", "add", "Ann@Example.com", "--role", "admin", "--password-stdin"],
        "correct horse battery\n",
    );
    assert_eq!(ok(&folder, &["user", "list"]), "ann@example.com\tadmin\tactive\n");
    for (args, stdin, code) in [
        (&["user", "add", "ann@example.com", "--role", "admin", "--password-stdin"][..], "correct horse battery", 1),
        (&["user", "add", "nonsense", "--role", "admin", "--password-stdin"], "correct horse battery", 1),
        (&["user", "add", "b@example.com", "--role", "admin", "--password-stdin"], "short", 1),
        (&["user", "add", "b@example.com", "--role", "admin", "--password-stdin"], "", 1),
        (&["user", "add", "b@example.com", "--role", "king", "--password-stdin"], "correct horse battery", 2),
        (&["user", "role", "nobody@example.com", "viewer"], "", 1),
        (&["nonsense"], "", 2),
    ] {
        assert_eq!(refused(&folder, args, stdin).0, code, "{args:?}");
    }
    for alone in [&["user", "role", "ann@example.com", "viewer"][..], &["user", "disable", "ann@example.com"]] {
        let (code, why) = refused(&folder, alone, "");
        assert!(code == 1 && why.contains("the last admin"), "{why}");
    }
    ok_with(&folder, &["user", "add", "b@example.com", "--role", "admin", "--password-stdin"], "elevenchars");
    ok(&folder, &["user", "role", "ann@example.com", "viewer"]);
    ok_with(&folder, &["user", "password", "ann@example.com", "--password-stdin"], "another long password\n");
    ok(&folder, &["user", "disable", "ann@example.com"]);
    assert_eq!(ok(&folder, &["user", "list"]), "ann@example.com\tviewer\tdisabled\nb@example.com\tadmin\tactive\n");

    let token = ok(&folder, &["token", "add", "ci", "--role", "viewer"]);
    assert!(token.starts_with("oct_") && token.lines().count() == 1);
    assert_eq!(refused(&folder, &["token", "add", "ci", "--role", "viewer"], "").0, 1);
    assert_eq!(ok(&folder, &["token", "list"]), "ci\tviewer\tactive\n");
    ok(&folder, &["token", "revoke", "ci"]);
    assert_eq!(refused(&folder, &["token", "revoke", "ci"], "").0, 1);
}

#[test]
fn serve_refuses_what_cannot_work() {
    let folder = folder();
    let serve = |args: &[&str]| refused(&folder, &[args, &["--listen", "127.0.0.1:0"]].concat(), "");
    for role in ["web", "worker"] {
        let (code, why) = serve(&["serve", "--role", role]);
        assert_eq!(code, 1);
        assert!(why.contains("requires PostgreSQL"), "{why}");
        assert_eq!(serve(&["--role", role]), (code, why), "the command may be left out");
    }
    let (code, why) = refused(&folder, &["--database-url", "mysql://x", "migrate"], "");
    assert_eq!(code, 1);
    assert!(why.contains("sqlite:// or postgres://"), "{why}");
    let (code, why) = refused(&folder, &["healthcheck"], "");
    assert_eq!(code, 1);
    assert!(why.contains("no server answers"), "{why}");
    let (code, _) = refused(&folder, &["send", "nobody", "--event", "push"], "");
    assert_eq!(code, 1);
}

#[test]
fn version_and_help_come_from_the_code() {
    let folder = folder();
    assert_eq!(ok(&folder, &["--version"]), format!("opscenter {}\n", env!("CARGO_PKG_VERSION")));
    let help = ok(&folder, &["--help"]);
    for word in [
        "serve",
        "migrate",
        "seed",
        "doctor",
        "healthcheck",
        "user",
        "source",
        "token",
        "send",
        "DATABASE_URL",
        "REDIS_PREFIX",
        "LISTEN",
    ] {
        assert!(help.contains(word), "{word}");
    }
}

#[test]
fn doctor_says_what_is_wrong() {
    let folder = folder();
    ok(&folder, &["seed"]);
    assert!(ok(&folder, &["doctor"]).contains("ok    source github"));
    let packs = folder.path().join("packs");
    std::fs::create_dir(&packs).unwrap();
    std::fs::write(packs.join("broken.toml"), "name = \"Broken\"\n[verify]\nheaders = 5\n").unwrap();
    let output = opscenter(folder.path(), &["doctor", "--providers-dir", "packs"], "");
    assert_eq!(output.status.code(), Some(1));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(
        report.contains("WRONG invalid pack skipped") && report.contains("broken.toml") && report.contains("line 3"),
        "{report}"
    );
}

#[test]
fn doctor_says_whose_secrets_others_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    ok(&folder, &["seed"]);
    std::fs::set_permissions(folder.path().join("data/opscenter.key"), PermissionsExt::from_mode(0o644)).unwrap();
    let output = opscenter(folder.path(), &["doctor"], "");
    assert_eq!(output.status.code(), Some(1));
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("WRONG data/opscenter.key is readable by other users: run chmod 600"), "{report}");
}

#[test]
fn the_names_of_the_specification_say_where_the_database_is() {
    let folder = folder();
    let run = |environment: &[(&str, &str)], args: &[&str]| {
        let output = opscenter_in(folder.path(), environment, args, "");
        (
            output.status.code(),
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)),
        )
    };
    let theirs = [("DB_CONNECTION", "sqlite"), ("DB_DATABASE", "theirs.db"), ("DB_PASSWORD", "hush")];
    let (code, report) = run(&theirs, &["doctor"]);
    assert!(code == Some(0) && report.contains("ok    DATABASE_URL from DB_CONNECTION"), "{report}");
    assert!(folder.path().join("theirs.db").exists() && !report.contains("hush"));

    let both = [&theirs[..], &[("DATABASE_URL", "sqlite://ours.db")]].concat();
    let (code, report) = run(&both, &["migrate"]);
    assert!(code == Some(0) && report.contains("both DATABASE_URL and DB_CONNECTION are set"), "{report}");
    assert!(folder.path().join("ours.db").exists());

    let (code, report) = run(&[("DB_CONNECTION", "mysql"), ("DB_PASSWORD", "hush")], &["migrate"]);
    assert!(code == Some(1) && report.contains("mysql is not supported yet") && !report.contains("hush"), "{report}");
    let mail = [&theirs[..], &[("MAIL_HOST", "mail.example.com"), ("MAIL_PASSWORD", "hush")]].concat();
    assert!(run(&mail, &["doctor"]).1.contains("SMTP_URL from MAIL_"));
}

#[test]
fn only_the_env_file_of_the_folder_counts_and_its_text_is_not_told() {
    let folder = folder();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(folder.path().join(".env"), "DATABASE_URL=sqlite://outer.db\n").unwrap();
    let migrate = |place: &Path| opscenter_in(place, &[], &["migrate"], "");
    assert_eq!(migrate(&inner).status.code(), Some(0));
    assert!(inner.join("data/opscenter.db").exists() && !inner.join("outer.db").exists());
    assert_eq!(migrate(folder.path()).status.code(), Some(0));
    assert!(folder.path().join("outer.db").exists());

    for (text, place) in [
        ("APP_KEY='hush\n", "line 1 (APP_KEY)"),
        ("LISTEN=127.0.0.1:1\nSMTP_URL=smtp://u:hush hush@host\n", "line 2 (SMTP_URL)"),
        ("hush hush\n", "line 1"),
        ("LISTEN=127.0.0.1:1\nhushQ=hush hush\n", "line 2"),
        ("MAIL_FROM=hush <hush@example.com>\n", "line 1 (MAIL_FROM)"),
    ] {
        std::fs::write(inner.join(".env"), text).unwrap();
        let refused = migrate(&inner);
        let errors = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1));
        assert!(errors.contains(place) && !errors.contains("hush"), "{errors}");
    }
}

#[test]
fn an_address_that_cannot_be_a_link_is_refused() {
    let folder = folder();
    for url in ["ftp://ops.example.com", "https://ops.example.com/path", "https://user:hush@ops.example.com", "ops"] {
        let (code, _) = refused(&folder, &["--app-url", url, "migrate"], "");
        assert_eq!(code, 2, "{url}");
    }
    assert_eq!(refused(&folder, &["--app-name", "two\nlines", "migrate"], "").0, 2);
}

#[test]
fn a_database_is_written_anew_while_nobody_has_it() {
    let folder = folder();
    ok(&folder, &["seed"]);
    let before = ok(&folder, &["source", "list"]);
    let said = ok(&folder, &["vacuum"]);
    assert!(said.contains("in use") && said.contains("done:"), "{said}");
    assert_eq!(ok(&folder, &["source", "list"]), before);
    assert!(!folder.path().join("data/o.vacuum").exists());

    let other = std::fs::File::open(folder.path().join("data/o.db")).unwrap();
    other.lock().unwrap();
    let (code, why) = refused(&folder, &["vacuum"], "");
    assert!(code == 1 && why.contains("another server"), "{why}");
    drop(other);
    ok(&folder, &["vacuum"]);
    let missing = opscenter_in(folder.path(), &[("DATABASE_URL", "sqlite://none.db")], &["vacuum"], "");
    assert_eq!(missing.status.code(), Some(1));
    assert!(!folder.path().join("none.db").exists());
}
