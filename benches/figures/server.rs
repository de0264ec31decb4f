//! The measured servers, each in its own process.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::load::SECRET;

/// A backend: where a measured server stores its data.
pub struct Place {
    pub name: &'static str,
    env: Vec<(&'static str, String)>,
    folder: TempDir,
}

impl Place {
    /// SQLite, and PostgreSQL with Redis if both are configured.
    pub fn all() -> Vec<Self> {
        let mut places = vec![Self::new("SQLite, in process", "sqlite://bench.db".into(), None)];
        let named = |name| std::env::var(name).ok();
        if let (Some(postgres), Some(redis)) = (named("TEST_DATABASE_URL"), named("TEST_REDIS_URL")) {
            places.push(Self::new("PostgreSQL and Redis", postgres, Some(redis)));
        }
        places
    }

    fn new(name: &'static str, database_url: String, redis_url: Option<String>) -> Self {
        let key = opscenter::crypto::Crypto::generate_key();
        let mut env = vec![("DATABASE_URL", database_url), ("APP_KEY", key), ("RUST_LOG", "warn".into())];
        // A prefix per run, so that hints of an earlier run are ignored.
        let prefix = format!("bench-{}:", std::process::id());
        env.extend(redis_url.map(|url| [("REDIS_URL", url), ("REDIS_PREFIX", prefix)]).into_iter().flatten());
        Self { name, env, folder: tempfile::tempdir().unwrap() }
    }

    /// The server binary with a subcommand.
    fn opscenter(&self, args: &[&str]) -> Command {
        let mut command = Command::new(std::env::var("OPSCENTER").expect("OPSCENTER names no binary"));
        command.args(args).current_dir(self.folder.path()).envs(self.env.clone());
        command
    }

    /// The SQLite file is new because its folder is.
    fn reset(&self) {
        let url = &self.env[0].1;
        if url.starts_with("postgres") {
            reset(url);
        }
    }

    /// The database URL as seen from the benchmark process.
    pub fn database_url(&self) -> String {
        let url = &self.env[0].1;
        url.replace("sqlite://", &format!("sqlite://{}/", self.folder.path().display()))
    }

    /// Runs a subcommand and returns its output.
    pub fn command(&self, args: &[&str]) -> String {
        self.command_with(args, "")
    }

    /// The same with standard input.
    pub fn command_with(&self, args: &[&str], input: &str) -> String {
        let mut command = self.opscenter(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// A running server; killed on drop.
pub struct Server {
    pub address: String,
    child: Child,
    /// Deleted with the server.
    _folder: Option<TempDir>,
}

impl Server {
    /// The baseline.
    pub fn bare() -> Self {
        Self::reference("--bare", None)
    }

    /// The floor; its file goes to a folder of its own.
    pub fn floor() -> Self {
        Self::reference("--floor", Some(tempfile::tempdir().unwrap()))
    }

    fn reference(flag: &str, folder: Option<TempDir>) -> Self {
        let port = free_port();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([flag, &port.to_string()]).current_dir(folder.as_ref().map_or(Path::new("."), TempDir::path));
        let server = Self { address: format!("127.0.0.1:{port}"), child: command.spawn().unwrap(), _folder: folder };
        server.wait();
        server
    }

    /// OpsCenter with one GitHub source on a new database.
    pub fn opscenter(place: &Place) -> Self {
        place.reset();
        place.command(&["source", "add", "github", "--provider", "github", "--secret", SECRET]);
        Self::start(place)
    }

    /// OpsCenter on an empty database.
    pub fn empty(place: &Place) -> Self {
        place.reset();
        Self::start(place)
    }

    /// OpsCenter on the existing database.
    pub fn start(place: &Place) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let mut child = place.opscenter(&["serve", "--listen", &address]).stdout(Stdio::piped()).spawn().unwrap();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
        let server = Self { address, child, _folder: None };
        server.wait();
        server
    }

    fn wait(&self) {
        for _ in 0..200 {
            if std::net::TcpStream::connect(&self.address).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not answer");
    }

    /// The number of events accepted and not processed, and the rate per second at which they are.
    pub async fn drain(&self) -> (i64, f64) {
        let (waiting, started) = (self.unprocessed(), Instant::now());
        while self.backlog().0 > 0 {
            assert!(started.elapsed() < Duration::from_secs(300), "the backlog does not drain");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        (waiting, waiting as f64 / started.elapsed().as_secs_f64())
    }

    /// By the counters of this process, as the gauge stops counting at ten thousand.
    fn unprocessed(&self) -> i64 {
        let text = self.metrics();
        let count = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<i64>().ok());
        let accepted = count("opscenter_webhooks_total{result=\"accepted\",source=\"github\"} ").unwrap_or(0);
        (accepted - count("opscenter_events_processed_total ").unwrap_or(0)).max(0)
    }

    /// The number of pending events, and the age of the oldest in milliseconds.
    pub fn backlog(&self) -> (i64, i64) {
        let text = self.metrics();
        let gauge = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap();
        (gauge("opscenter_events_waiting "), gauge("opscenter_events_oldest_waiting_ms "))
    }

    /// The longest write transaction of each writer, in seconds.
    pub fn longest_writes(&self) -> Vec<(String, f64)> {
        let text = self.metrics();
        let lines =
            text.lines().filter_map(|line| line.strip_prefix("opscenter_write_transaction_longest_seconds{writer=\""));
        let parts = lines.filter_map(|line| line.split_once("\"} "));
        parts.map(|(writer, seconds)| (writer.to_owned(), seconds.parse().unwrap())).collect()
    }

    fn metrics(&self) -> String {
        let mut stream = std::net::TcpStream::connect(&self.address).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    /// CPU time so far, user and system, in seconds, from `/proc/PID/stat` (fields 14 and 15, in 1/100 s).
    pub fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
        fields.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
    }

    pub fn resident_mb(&self) -> u64 {
        self.resident_kb() / 1024
    }

    /// Current resident memory in KiB.
    pub fn resident_kb(&self) -> u64 {
        self.kernel_counts("VmRSS:")
    }

    /// Peak resident memory in KiB, since the start or the last [`Server::forget_peak`].
    pub fn peak_kb(&self) -> u64 {
        self.kernel_counts("VmHWM:")
    }

    /// Resets the peak; the value for that is `5` (proc_pid_clear_refs(5)).
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }

    fn kernel_counts(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let kb = |line: &str| line.strip_prefix(what)?.trim().strip_suffix("kB")?.trim().parse().ok();
        status.lines().find_map(kb).unwrap_or(0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

/// Creates an empty PostgreSQL database.
fn reset(url: &str) {
    let url = url.to_owned();
    let reset = async move {
        use sqlx::Connection;
        let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("drop schema public cascade; create schema public").execute(&mut connection).await.unwrap();
        // Flush what an earlier measurement left to write, so that it does not disturb the next one.
        sqlx::raw_sql("checkpoint").execute(&mut connection).await.unwrap();
    };
    std::thread::spawn(|| tokio::runtime::Runtime::new().unwrap().block_on(reset)).join().unwrap();
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
