//! Users and their roles.

use leptos::prelude::*;

use super::RoleChoice;
use crate::api::access::{CreateUser, UpdateUser};
use crate::pages::post::{Post, PostForm, reload_after};
use crate::types::User;
use crate::ui::{ErrorBanner, Field};

/// The users, and a form for a new one. Increments `version` after a change.
#[component]
pub fn People(users: Vec<User>, version: RwSignal<u32>) -> impl IntoView {
    let (create, update) = (Post::to::<CreateUser>(), Post::to::<UpdateUser>());
    reload_after(create, version);
    reload_after(update, version);
    let failed = move || create.error().or(update.error());
    let row = move |user: User| view! { <Row user update/> };
    view! {
        <section class="card block" aria-labelledby="users-title">
            <header class="card-head">
                <h2 id="users-title">"Users"</h2><p>"Viewers read, operators act on alerts, admins manage settings"</p>
            </header>
            <table class="table plain-table">
                <thead>
                    <tr>
                        <th>"Email"</th>
                        <th class="col-role">"Role"</th>
                        <th class="col-active">"Can sign in"</th>
                        <th class="col-again"><span class="visually-hidden">"Save"</span></th>
                    </tr>
                </thead>
                <tbody>{users.into_iter().map(row).collect_view()}</tbody>
            </table>
            {move || failed().map(|error| view! { <ErrorBanner error/> })}
            <PostForm post=create clears=true>
                <div class="fields three">
                    <Field id="email" label="Email" kind="email" required=true/>
                    <Field id="password" label="Initial password" kind="password" autocomplete="new-password"
                        required=true hint="At least 12 characters and not a common password"/>
                    <div class="field">
                        <span class="label">"Role"</span><RoleChoice label="Role of the new user".to_owned()/>
                    </div>
                </div>
                <div class="button-row">
                    <button class="button" data-kind="primary" disabled=move || create.pending()>"Add user"</button>
                </div>
            </PostForm>
        </section>
    }
}

#[component]
fn Row(user: User, update: Post<()>) -> impl IntoView {
    let form = format!("user-{}", user.id);
    view! {
        <tr>
            <td>{user.email.clone()}</td>
            <td colspan="3" class="cell-form">
                <PostForm post=update attr:id=form>
                    <input type="hidden" name="id" value=user.id/>
                    <RoleChoice chosen=user.role label=format!("Role of {}", user.email)/>
                    <select class="select" name="is_active" aria-label=format!("Sign-in access for {}", user.email)>
                        <option value="true" selected=user.is_active>"yes"</option>
                        <option value="false" selected=!user.is_active>"no"</option>
                    </select>
                    <button class="button" data-size="small" disabled=move || update.pending()>"Save"</button>
                </PostForm>
            </td>
        </tr>
    }
}
