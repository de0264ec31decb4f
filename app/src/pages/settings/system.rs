//! Retention, and the effective configuration.

use leptos::prelude::*;

use crate::api::access::SetRetention;
use crate::pages::post::{Post, PostForm};
use crate::types::{self, Retention, time};
use crate::ui::{ErrorBanner, Field};

/// The form of the retention periods, in days.
#[component]
pub fn Keep(retention: Retention) -> impl IntoView {
    let set = Post::to::<SetRetention>();
    view! {
        <section class="card block" aria-labelledby="keep-title">
            <header class="card-head"><h2 id="keep-title">"Retention"</h2><p>"In days; 0 keeps forever"</p></header>
            <PostForm post=set>
                <div class="fields four">
                    <Days id="events" name="days[events]" label="Events" days=retention.events/>
                    <Days id="alerts" name="days[alerts]" label="Resolved alerts" days=retention.alerts/>
                    <Days id="activity" name="days[activity]" label="Timelines" days=retention.activity/>
                    <Days id="notifications" name="days[notifications]" label="Notifications"
                        days=retention.notifications/>
                    <Days id="quarantine" name="days[quarantine]" label="Rejected requests" days=retention.quarantine/>
                    <Days id="audit" name="days[audit]" label="Audit log" days=retention.audit/>
                    <Days id="notices" name="days[notices]" label="Notices" days=retention.notices
                        hint="Counted from when last seen"/>
                    <Days id="minutes" name="days[minutes]" label="Per-minute counts" days=retention.minutes
                        hint="Hourly counts are kept"/>
                </div>
                {move || set.error().map(|error| view! { <ErrorBanner error/> })}
                {move || set.is_ok().then(|| view! { <p role="status">"Saved. Older data is removed gradually."</p> })}
                <div class="button-row">
                    <button class="button" data-kind="primary" disabled=move || set.pending()>"Save"</button>
                </div>
            </PostForm>
        </section>
    }
}

#[component]
fn Days(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    days: i64,
    #[prop(optional)] hint: &'static str,
) -> impl IntoView {
    view! { <Field id name label kind="number" value=days.to_string() hint required=true/> }
}

/// Version, uptime, database and environment variables.
#[component]
pub fn About(about: types::About) -> impl IntoView {
    let pair = |(key, value): (String, serde_json::Value)| {
        view! { <dt>{key}</dt><dd>{value.as_str().map_or_else(|| value.to_string(), str::to_owned)}</dd> }
    };
    view! {
        <section class="card block" aria-labelledby="about-title">
            <header class="card-head"><h2 id="about-title">"About"</h2></header>
            <dl class="pairs">
                <dt>"Version"</dt><dd>{format!("{} ({})", about.version, about.build)}</dd>
                <dt>"Uptime"</dt><dd>{time::span(about.now - about.started_at)}</dd>
                <dt>"Database"</dt><dd>{about.database}</dd>
                {about.configuration.into_iter().map(pair).collect_view()}
            </dl>
        </section>
    }
}
