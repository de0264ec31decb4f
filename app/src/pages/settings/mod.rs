//! Settings: the user's own password; for admins also users, tokens, retention, the audit log and the effective
//! configuration.

mod audit;
mod people;
mod system;
mod tokens;

use leptos::prelude::*;

use crate::api::access::{ChangePassword, CreateToken, GetAdministration};
use crate::api::call::Call;
use crate::pages::load::Load;
use crate::pages::may::may_set_up;
use crate::pages::post::{Post, PostForm, reload_after};
use crate::types::{Actor, Administration, Role};
use crate::ui::{ErrorBanner, Field, Icon, PageTitle, error_of};

pub use audit::AuditPage;
use people::People;
use system::{About, Keep};
use tokens::Tokens;

/// `/settings`. Other roles see only their password.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let actor = use_context::<Actor>();
    let is_admin = may_set_up();
    view! {
        <PageTitle text="Settings"/>
        <div class="page settings">
            <header class="heading">
                <div><h1>"Settings"</h1><p>{actor.map(|actor| format!("{}, {}", actor.name, actor.role))}</p></div>
                {is_admin.then(|| view! {
                    <a class="button" href="/settings/audit"><Icon data=icondata_lu::LuScrollText/>"Audit log"</a>
                })}
            </header>
            <Password/>
            {is_admin.then(|| view! { <ForAdmins/> })}
        </div>
    }
}

#[component]
fn Password() -> impl IntoView {
    let change = Post::to::<ChangePassword>();
    let error = Signal::derive(move || change.error());
    let of = move |field: &'static str| error_of(error, field);
    view! {
        <section class="card block" aria-labelledby="password-title">
            <header class="card-head"><h2 id="password-title">"Your password"</h2></header>
            <PostForm post=change clears=true>
                <div class="fields">
                    <Field id="current" label="Current password" kind="password" autocomplete="current-password"
                        required=true error=of("current")/>
                    <Field id="new" label="New password" kind="password" autocomplete="new-password" required=true
                        hint="At least 12 characters and not a common password" error=of("new")/>
                </div>
                {move || error.get().filter(|e| e.field().is_none()).map(|error| view! { <ErrorBanner error/> })}
                {move || change.is_ok().then(|| view! {
                    <p role="status">
                        "Password changed. All your sessions have been signed out and push notifications turned off. "
                        <a class="link" rel="external" href="/sign-in">"Sign in again"</a>
                    </p>
                })}
                <div class="button-row">
                    <button class="button" data-kind="primary" disabled=move || change.pending()>
                        "Change password"
                    </button>
                </div>
            </PostForm>
        </section>
    }
}

#[component]
fn ForAdmins() -> impl IntoView {
    let version = RwSignal::new(0_u32);
    let create = Post::to::<CreateToken>();
    reload_after(create, version);
    let found = Load::new(move || Call::of(GetAdministration {}).at(&[version.get()]));
    found.show(move |Administration { users, tokens, retention, about }| {
        view! {
            <People users version/>
            <Tokens tokens create version/>
            <Keep retention/>
            <About about/>
        }
        .into_any()
    })
}

/// A choice of roles.
#[component]
fn RoleChoice(#[prop(default = Role::Viewer)] chosen: Role, label: String) -> impl IntoView {
    let option =
        move |role: Role| view! { <option value=role.as_str() selected=role == chosen>{role.as_str()}</option> };
    view! {
        <select class="select" name="role" aria-label=label>
            {Role::ALL.iter().copied().map(option).collect_view()}
        </select>
    }
}
