//! `cargo xtask run`: builds and starts the server from a fresh clone.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;

use crate::build::Build;
use crate::process::{Background, run, succeeds};
use crate::root;

#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    build: Build,
    /// Also add the sources github, stripe and custom, and post a stream of signed webhooks
    #[arg(long)]
    demo: bool,
}

impl Run {
    /// Builds and starts the server, and runs until it ends or Ctrl-C.
    pub fn run(self) -> anyhow::Result<()> {
        self.build.run()?;
        let server = self.build.server();
        let opscenter = |args: &[&str]| {
            let mut command = Command::new(&server);
            command.args(args).current_dir(root());
            command
        };
        let child = opscenter(&["serve"]).spawn().context("cannot start the server")?;
        let mut serving = Background(child);
        let demo = if self.demo { Some(start_demo(&opscenter, &mut serving)?) } else { None };
        let status = serving.0.wait()?;
        drop(demo);
        if !status.success() {
            bail!("the server ended with {status}");
        }
        Ok(())
    }
}

fn start_demo(opscenter: &impl Fn(&[&str]) -> Command, serving: &mut Background) -> anyhow::Result<Background> {
    wait_until_ready(opscenter, serving)?;
    run(&mut opscenter(&["seed"]))?;
    eprintln!("The demo posts signed webhooks to the real endpoint until you press Ctrl-C.");
    let demo = opscenter(&["demo", "--count", "1000000"]).stdout(Stdio::null()).spawn();
    Ok(Background(demo.context("cannot start the demo")?))
}

fn wait_until_ready(opscenter: &impl Fn(&[&str]) -> Command, serving: &mut Background) -> anyhow::Result<()> {
    for _ in 0..150 {
        if succeeds(&mut opscenter(&["healthcheck"])) {
            return Ok(());
        }
        if let Some(status) = serving.0.try_wait()? {
            bail!("the server ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    bail!("the server is not ready after 30 s")
}
