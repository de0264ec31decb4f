//! Sign-in and first-run set-up. Plain forms: they work before hydration and without JavaScript.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ui::{Brand, Field, Icon, PageTitle};

/// `/sign-in`. The query parameter `next` is the path to continue to, `error` the message of a failed attempt.
#[component]
pub fn SignIn() -> impl IntoView {
    let query = use_query_map();
    let next = move || query.with(|query| query.get("next")).unwrap_or_default();
    view! {
        <PageTitle text="Sign in"/>
        <Gate title="Sign in" text="to continue" action="/sign-in">
            <input type="hidden" name="next" value=next/>
            <Field id="email" label="Email" kind="email" autocomplete="username" required=true/>
            <Field id="password" label="Password" kind="password" autocomplete="current-password" required=true/>
            <button class="button" data-kind="primary" data-wide="">"Sign in"</button>
        </Gate>
    }
}

/// `/setup`, where the first admin is created. The query parameter `token` comes from the link that the server printed,
/// `error` and `field` from a failed attempt.
#[component]
pub fn Setup() -> impl IntoView {
    let query = use_query_map();
    let token = move || query.with(|query| query.get("token")).unwrap_or_default();
    let wrong = move |name: &'static str| {
        Signal::derive(move || {
            query.with(|query| query.get("field").filter(|field| field == name).and_then(|_| query.get("error")))
        })
    };
    view! {
        <PageTitle text="Set up"/>
        <Gate title="Set up OpsCenter" text="Create the first admin account. This link works only once."
            action="/setup">
            <input type="hidden" name="token" value=token/>
            <Field id="email" label="Email" kind="email" autocomplete="username" required=true error=wrong("email")/>
            <Field id="password" label="Password" kind="password" autocomplete="new-password" required=true
                hint="At least 12 characters and not a common password" error=wrong("password")/>
            <button class="button" data-kind="primary" data-wide="">"Create admin and continue"</button>
        </Gate>
    }
}

/// A centred card with a form. An error without a field is shown above it.
#[component]
fn Gate(title: &'static str, text: &'static str, action: &'static str, children: Children) -> impl IntoView {
    let query = use_query_map();
    let error = move || query.with(|query| query.get("error").filter(|_| query.get("field").is_none()));
    view! {
        <main class="gate" id="main">
            <p class="brand"><Brand/></p>
            <form class="card gate-card" method="post" action=action>
                <header><h1>{title}</h1><p>{text}</p></header>
                {move || error().map(|error| view! {
                    <div class="banner" data-tone="bad" role="alert">
                        <Icon data=icondata_lu::LuCircleX/><div><strong>"Something went wrong"</strong>{error}</div>
                    </div>
                })}
                {children()}
            </form>
        </main>
    }
}
