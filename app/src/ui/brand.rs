//! The name of this installation.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::icon::BrandMark;
use crate::read::Json;

/// `APP_NAME`; provided by the server and sent with the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AppName(pub String);

impl Default for AppName {
    fn default() -> Self {
        Self("OpsCenter".to_owned())
    }
}

/// Provides the name as context. Called once, in the root component.
pub fn provide_app_name() {
    let name = SharedValue::<_, Json>::new_with_encoding(|| use_context::<AppName>().unwrap_or_default()).into_inner();
    provide_context(name);
}

/// The name of this installation; `OpsCenter` without the context.
pub fn app_name() -> String {
    use_context::<AppName>().unwrap_or_default().0
}

/// The product logo and the name of the installation.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <BrandMark/>
        <span class="brand-name">{app_name()}</span>
    }
}
