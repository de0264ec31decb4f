//! `cargo xtask build`.

use clap::Args;

use crate::assets;
use crate::process::{cargo, run};

#[derive(Args)]
pub struct Build {
    /// Optimised, with the dashboard inside the binary
    #[arg(long)]
    pub release: bool,
    /// The dashboard's files alone, without the server
    #[arg(long)]
    pub dashboard: bool,
}

impl Build {
    /// Builds the WASM, the assets, and then the server, which embeds them in release.
    pub fn run(&self) -> anyhow::Result<()> {
        assets::build(self.release)?;
        if self.dashboard { Ok(()) } else { self.build_server() }
    }

    /// Builds only the server.
    pub fn build_server(&self) -> anyhow::Result<()> {
        let mut args = vec!["build", "--locked", "--package", "opscenter", "--bin", "opscenter"];
        args.extend(self.release.then_some("--release"));
        run(&mut cargo(&args))
    }

    /// Path of the built server binary.
    pub fn server(&self) -> std::path::PathBuf {
        crate::target().join(if self.release { "release" } else { "debug" }).join("opscenter")
    }
}
