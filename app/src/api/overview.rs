//! The Overview and the shell.

use leptos::prelude::*;

use crate::Error;
use crate::types::{Overview, Shell};

#[server(prefix = "/rpc", endpoint = "overview/get")]
pub async fn get_overview() -> Result<Overview, Error> {
    let (actor, backend) = super::asker()?;
    backend.get_overview(&actor).await
}

#[server(prefix = "/rpc", endpoint = "shell/get")]
pub async fn get_shell() -> Result<Shell, Error> {
    let (actor, backend) = super::asker()?;
    backend.get_shell(&actor).await
}
