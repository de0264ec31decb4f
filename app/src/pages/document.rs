//! The HTML document around the app.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use super::App;

/// What the theme cookie says: `dark`, `light`, or nothing for what the system says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Theme(pub Option<&'static str>);

/// The document, rendered by the server.
pub fn document(options: LeptosOptions) -> impl IntoView {
    let theme = use_context::<Theme>().unwrap_or_default().0;
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="dark light"/>
                <link rel="stylesheet" href="/pkg/opscenter.css"/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
