//! Gives every build a name, so that an open page notices when the server behind it is another one.

use std::time::{SystemTime, UNIX_EPOCH};

#[expect(clippy::disallowed_methods, reason = "a build has no clock of ours")]
fn main() {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    println!("cargo:rustc-env=OPSCENTER_BUILD={}-{seconds:x}", env!("CARGO_PKG_VERSION"));
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=app/src");
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=providers");
}
