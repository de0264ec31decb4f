//! The real binary, for what must survive `kill -9`.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use super::Place;

const SERVER: &str = env!("CARGO_BIN_EXE_opscenter");

/// A port for a server that is started again on it. Below the ephemeral ports (32768, `ip_local_port_range`), none of which
/// another test could be given in the meantime.
pub fn free_port() -> u16 {
    loop {
        let port = 20_000 + rand::random::<u16>() % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Starts a server and returns once it has said where it listens.
pub fn spawn(place: &Place, listen: &str, env: &[(&str, &str)]) -> Child {
    start(Command::new(SERVER), place, listen, env)
}

/// The same where no more than so many files may be open.
pub fn spawn_with_files(files: u32, place: &Place, listen: &str) -> Child {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("ulimit -n {files}; exec \"$0\""), SERVER]);
    start(command, place, listen, &[])
}

fn start(mut command: Command, place: &Place, listen: &str, env: &[(&str, &str)]) -> Child {
    command.current_dir(place.folder.path()).env_clear().env("RUST_LOG", "error");
    command
        .env("DATABASE_URL", &place.database_url)
        .env("APP_KEY", &place.app_key)
        .env("LISTEN", listen)
        .env("REDIS_PREFIX", &place.redis_prefix)
        .envs(env.iter().copied());
    if let Some(url) = &place.redis_url {
        command.env("REDIS_URL", url);
    }
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains(listen), "{line}");
    child
}
