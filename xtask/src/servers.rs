//! PostgreSQL and Redis for tests: from the environment, or temporary servers started here.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use crate::process::{Background, exists, output, run, succeeds};
use crate::target;

/// The servers; those started here are stopped on drop.
pub struct Servers {
    pub database_url: String,
    pub redis_url: String,
    _redis: Option<Background>,
    _postgres: Option<Postgres>,
}

impl Servers {
    /// Uses `TEST_DATABASE_URL` and `TEST_REDIS_URL` if set, and starts the others. `durable` keeps fsync on.
    pub fn find_or_start(durable: bool) -> anyhow::Result<Self> {
        let named = |name: &str| std::env::var(name).ok().filter(|url| !url.is_empty());
        let (database, redis) = (named("TEST_DATABASE_URL"), named("TEST_REDIS_URL"));
        let mut missing = Vec::new();
        missing.extend((database.is_none() && postgres_bin().is_none()).then_some("postgresql"));
        missing.extend((redis.is_none() && !exists("redis-server")).then_some("redis-server"));
        install(&missing)?;
        let postgres = database.is_none().then(|| Postgres::start(durable)).transpose()?;
        let (redis_server, redis_url) = match redis {
            Some(url) => (None, url),
            None => start_redis().map(|(server, url)| (Some(server), url))?,
        };
        let database_url = database.or(postgres.as_ref().map(|p| p.url.clone())).context("no database")?;
        Ok(Self { database_url, redis_url, _redis: redis_server, _postgres: postgres })
    }
}

/// Installs Debian packages as root after announcing it; otherwise prints what is missing.
pub fn install(packages: &[&str]) -> anyhow::Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(", ");
    let is_root = output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    ensure!(
        is_root && exists("apt-get"),
        "missing: {list}. Install them, or name servers by TEST_DATABASE_URL and TEST_REDIS_URL"
    );
    eprintln!("Installing Debian packages that the tests need: {list}");
    run(Command::new("apt-get").args(["update", "-qq"]).stdout(Stdio::null()))?;
    // Keeps Debian's package from creating a cluster of its own.
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages);
    run(apt.stdout(Stdio::null()))
}

/// A temporary PostgreSQL cluster on a free port.
struct Postgres {
    folder: PathBuf,
    url: String,
    server: Option<Background>,
}

impl Postgres {
    fn start(durable: bool) -> anyhow::Result<Self> {
        let bin = postgres_bin().context("PostgreSQL is installed, but initdb is not found")?;
        let folder = std::env::temp_dir().join(format!("opscenter-pg-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let port = free_port()?;
        let user = unprivileged()?;
        if let Some(user) = user {
            run(Command::new("chown").arg(user).arg(&folder))?;
        }
        let data = folder.join("data");
        let initdb = [
            bin.join("initdb").display().to_string(),
            "-D".into(),
            data.display().to_string(),
            "-U".into(),
            "opscenter".into(),
            "-A".into(),
            "trust".into(),
            "-E".into(),
            "UTF8".into(),
            "--no-locale".into(),
            "--no-sync".into(),
        ];
        run(as_user(user, &initdb).stdout(Stdio::null()))?;
        let fsync = if durable { "fsync=on" } else { "fsync=off" };
        let serve = [
            bin.join("postgres").display().to_string(),
            "-D".into(),
            data.display().to_string(),
            "-p".into(),
            port.to_string(),
            "-h".into(),
            "127.0.0.1".into(),
            "-k".into(),
            folder.display().to_string(),
            "-c".into(),
            fsync.into(),
            "-c".into(),
            "max_connections=300".into(),
            "-c".into(),
            "log_min_messages=fatal".into(),
        ];
        let log = fs::File::create(target().join("postgres.log"))?;
        let server =
            as_user(user, &serve).stdout(log.try_clone()?).stderr(log).spawn().context("cannot start PostgreSQL")?;
        let url = format!("postgres://opscenter@127.0.0.1:{port}/postgres");
        let started = Self { folder, url, server: Some(Background(server)) };
        wait(
            || succeeds(Command::new(bin.join("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])),
            "PostgreSQL",
        )?;
        Ok(started)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.server.take());
        let _gone_already = fs::remove_dir_all(&self.folder);
    }
}

/// Debian does not put these programs on the PATH.
fn postgres_bin() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin")).collect();
    folders.sort();
    let on_path =
        std::env::var_os("PATH").map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>()).unwrap_or_default();
    folders
        .into_iter()
        .rev()
        .chain(on_path)
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// The user to run PostgreSQL as if we are root, which it refuses: the user that its package created, or nobody.
fn unprivileged() -> anyhow::Result<Option<&'static str>> {
    if output(Command::new("id").arg("-u"))? != "0" {
        return Ok(None);
    }
    ["postgres", "nobody"]
        .into_iter()
        .find(|user| succeeds(Command::new("id").arg(user)))
        .map(Some)
        .context("no user to run PostgreSQL as")
}

fn as_user(user: Option<&str>, words: &[String]) -> Command {
    let mut command = match user {
        Some(user) => {
            let mut command = Command::new("setpriv");
            command
                .args([format!("--reuid={user}"), "--init-groups".into(), format!("--regid={user}"), "--".into()])
                .arg(&words[0]);
            command
        }
        None => Command::new(&words[0]),
    };
    command.args(&words[1..]).current_dir("/");
    command
}

fn start_redis() -> anyhow::Result<(Background, String)> {
    let port = free_port()?;
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir"]);
    let server =
        command.arg(std::env::temp_dir()).stdout(Stdio::null()).spawn().context("cannot start redis-server")?;
    let server = Background(server);
    wait(|| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok(), "Redis")?;
    Ok((server, format!("redis://127.0.0.1:{port}")))
}

/// A port that was free when checked.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn wait(ready: impl Fn() -> bool, name: &str) -> anyhow::Result<()> {
    for _ in 0..300 {
        if ready() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("{name} does not answer after 30 s")
}

/// Whether the file exists; used to find a browser.
pub fn is_file(path: &str) -> bool {
    Path::new(path).is_file()
}
