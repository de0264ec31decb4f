//! API tokens.

use leptos::prelude::*;

use super::RoleChoice;
use crate::api::access::RevokeToken;
use crate::api::flash;
use crate::pages::post::{Post, PostForm, reload_after};
use crate::types::Token;
use crate::ui::{Age, CopyField, ErrorBanner, Field};

/// The tokens, a form for a new one, and the value of the one just created. Increments `version` after a change.
#[component]
pub fn Tokens(
    tokens: Vec<Token>,
    /// Outlives a reload of the page's data, so that the new token stays visible.
    create: Post<String>,
    version: RwSignal<u32>,
) -> impl IntoView {
    let revoke = Post::to::<RevokeToken>();
    reload_after(revoke, version);
    let failed = move || create.error().or(revoke.error());
    let kept = flash::take(flash::TOKEN);
    let made = move || create.ok().or(kept.clone());
    let row = move |token: Token| view! { <Row token revoke/> };
    view! {
        <section class="card block" aria-labelledby="tokens-title">
            <header class="card-head">
                <h2 id="tokens-title">"API tokens"</h2><p>"For scripts, under /api/v1"</p>
            </header>
            <table class="table plain-table">
                <thead>
                    <tr>
                        <th>"Name"</th>
                        <th class="col-role">"Role"</th>
                        <th class="col-age">"Last used"</th>
                        <th class="col-again"><span class="visually-hidden">"Revoke"</span></th>
                    </tr>
                </thead>
                <tbody>{tokens.into_iter().map(row).collect_view()}</tbody>
            </table>
            {move || failed().map(|error| view! { <ErrorBanner error/> })}
            {move || made().map(|token| view! {
                <div class="field">
                    <label for="new-token">"New token (shown only once)"</label><CopyField id="new-token" value=token/>
                </div>
            })}
            <PostForm post=create clears=true>
                <div class="fields">
                    <Field id="name" label="Name" required=true/>
                    <div class="field">
                        <span class="label">"Role"</span><RoleChoice label="Role of the token".to_owned()/>
                    </div>
                </div>
                <div class="button-row">
                    <button class="button" data-kind="primary" disabled=move || create.pending()>"Create token"</button>
                </div>
            </PostForm>
        </section>
    }
}

#[component]
fn Row(token: Token, revoke: Post<()>) -> impl IntoView {
    let used = match token.last_used_at {
        Some(at) => view! { <Age at/> }.into_any(),
        None => "never".into_any(),
    };
    let name = token.name.clone();
    let action = if token.revoked_at.is_some() {
        "revoked".into_any()
    } else {
        view! {
            <PostForm post=revoke>
                <input type="hidden" name="name" value=token.name.clone()/>
                <button class="button" data-size="small" data-kind="danger" disabled=move || revoke.pending()>
                    "Revoke"
                </button>
            </PostForm>
        }
        .into_any()
    };
    view! { <tr><td>{name}</td><td>{token.role.as_str()}</td><td>{used}</td><td>{action}</td></tr> }
}
