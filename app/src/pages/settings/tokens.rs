//! API tokens.

use leptos::prelude::*;

use super::RoleChoice;
use crate::api::access::{CreateToken, RevokeToken};
use crate::api::once;
use crate::pages::reload_after;
use crate::types::Token;
use crate::ui::{Age, CopyField, ErrorBanner, Field};

#[component]
pub fn Tokens(
    tokens: Vec<Token>,
    /// It outlives loading the page again, so that the token stays in sight.
    create: ServerAction<CreateToken>,
    version: RwSignal<u32>,
) -> impl IntoView {
    let revoke = ServerAction::<RevokeToken>::new();
    reload_after(move || revoke.value().get(), version);
    let failed = move || create.value().get().and_then(Result::err).or(revoke.value().get().and_then(Result::err));
    let kept = once::take(once::TOKEN);
    let made = move || create.value().get().and_then(Result::ok).or(kept.clone());
    let row = move |token: Token| view! { <Row token revoke/> };
    view! {
        <section class="card block" aria-labelledby="tokens-title">
            <header class="card-head"><h2 id="tokens-title">"API tokens"</h2><p>"For scripts, under /api/v1"</p></header>
            <table class="table plain-table">
                <thead><tr><th>"Name"</th><th class="col-role">"Role"</th><th class="col-age">"Last used"</th><th class="col-again"><span class="visually-hidden">"Revoke"</span></th></tr></thead>
                <tbody>{tokens.into_iter().map(row).collect_view()}</tbody>
            </table>
            {move || failed().map(|error| view! { <ErrorBanner error/> })}
            {move || made().map(|token| view! {
                <div class="field"><label for="new-token">"The token, shown this once"</label><CopyField id="new-token" value=token/></div>
            })}
            <ActionForm action=create>
                <div class="fields">
                    <Field id="name" label="Name" required=true/>
                    <div class="field"><span class="label">"Role"</span><RoleChoice label="Role of the new token".to_owned()/></div>
                </div>
                <div class="button-row"><button class="button" data-kind="primary" disabled=move || create.pending().get()>"Make a token"</button></div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Row(token: Token, revoke: ServerAction<RevokeToken>) -> impl IntoView {
    let used = match token.last_used_at {
        Some(at) => view! { <Age at/> }.into_any(),
        None => "never".into_any(),
    };
    let name = token.name.clone();
    let action = if token.revoked_at.is_some() {
        "revoked".into_any()
    } else {
        view! {
            <ActionForm action=revoke>
                <input type="hidden" name="name" value=token.name.clone()/>
                <button class="button" data-size="small" data-kind="danger" disabled=move || revoke.pending().get()>"Revoke"</button>
            </ActionForm>
        }
        .into_any()
    };
    view! { <tr><td>{name}</td><td>{token.role.as_str()}</td><td>{used}</td><td>{action}</td></tr> }
}
