//! What this installation calls itself.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::icon::BrandMark;
use crate::read::Json;

/// `APP_NAME`; provided by the server, and sent with the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AppName(pub String);

impl Default for AppName {
    fn default() -> Self {
        Self("OpsCenter".to_owned())
    }
}

/// Hands the name to everything below. Once, at the root.
pub fn provide_app_name() {
    let name = SharedValue::<_, Json>::new_with_encoding(|| use_context::<AppName>().unwrap_or_default()).into_inner();
    provide_context(name);
}

pub fn app_name() -> String {
    use_context::<AppName>().unwrap_or_default().0
}

/// The product's own mark and the name of the installation.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <BrandMark/>
        <span class="brand-name">{app_name()}</span>
    }
}
