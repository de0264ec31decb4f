//! Waits for the first event: turns green when it arrives, or shows why a request was rejected.

use leptos::prelude::*;

use super::advice::advice;
use super::rejected::Rejected;
use crate::api::call::Call;
use crate::api::sources::{GetSourceSetup, SendTestEvent};
use crate::live::{Clock, Live};
use crate::pages::may::may_act;
use crate::pages::post::{Post, PostForm};
use crate::types::{Alert, RefusedRequest, SourceSetup, time};
use crate::ui::{Age, ErrorBanner, Icon, Step, Task};

/// Polling interval in milliseconds until the first event; rejected requests are not part of the live stream.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
const ASK_EVERY: u64 = 2_000;

/// State of the first event, the newest rejected request, and a button that sends a test event.
#[component]
pub fn Waiting(
    found: SourceSetup,
    /// Called when the first event arrives.
    first: Callback<()>,
    /// The newest alert since the page was opened, of whatever source.
    arrived: RwSignal<Option<Alert>>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let slug = StoredValue::new(found.source.slug.clone());
    let last = RwSignal::new(found.last_event_at);
    let refused = RwSignal::new(found.refused.clone());
    let is_new = found.last_event_at.is_none();
    Effect::new(move |_| {
        if is_new && last.get().is_some() {
            first.run(())
        }
    });
    live.after(0, move |came| {
        let since = last.get_untracked();
        let is_its = |alert: &Alert| {
            slug.with_value(|slug| alert.source == *slug) && since.is_none_or(|at| alert.last_seen_at > at)
        };
        if let Some(alert) =
            came.into_iter().map(|arrival| arrival.alert).filter(is_its).max_by_key(|alert| alert.last_seen_at)
        {
            last.set(Some(alert.last_seen_at));
            refused.set(Vec::new());
            arrived.set(Some(alert));
        }
    });
    ask(slug, last, refused);
    let test = Post::to::<SendTestEvent>();
    let setup = StoredValue::new(found.clone());
    view! {
        <aside class="card" aria-live="polite">
            <Rings last since=found.now/>
            <Checks last refused/>
            {move || arrived.get().filter(|alert| slug.with_value(|slug| alert.source == *slug)).map(|alert| view! {
                <a class="panel-link" href=format!("/alerts/{}", alert.id)>
                    <Icon data=icondata_lu::LuBell/>"View alert"<Icon data=icondata_lu::LuArrowRight/>
                </a>
            })}
            {move || refused.with(|refused| refused.first().cloned()).map(|request| {
                let advice = setup.with_value(|setup| advice(setup, &request.reason));
                view! { <Rejected request advice/> }
            })}
            {move || test.error().map(|error| view! { <ErrorBanner error/> })}
            <Foot slug=slug.get_value() test can_sign=found.provider.sample.is_some() is_active=found.source.is_active
                is_new/>
        </aside>
    }
}

/// Polls for rejected requests until the first event arrives.
fn ask(slug: StoredValue<String>, last: RwSignal<Option<i64>>, refused: RwSignal<Vec<RefusedRequest>>) {
    let load = move || async move {
        let setup = Call::of(GetSourceSetup { slug: slug.get_value() }).send().await?;
        refused.set(setup.refused);
        if setup.last_event_at > last.get_untracked() {
            last.set(setup.last_event_at);
        }
        Ok::<(), crate::Error>(())
    };
    let task = Task::default();
    #[cfg(feature = "hydrate")]
    {
        let tick = move || {
            if last.get_untracked().is_none() || !refused.with_untracked(Vec::is_empty) {
                task.start(load());
            }
        };
        if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_millis(ASK_EVERY)) {
            on_cleanup(move || handle.clear());
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (load, task);
}

#[component]
fn Rings(last: RwSignal<Option<i64>>, since: i64) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let tone = move || last.get().is_some().then_some("ok");
    view! {
        <div class="waiting">
            <span class="waiting-rings" data-tone=tone><span></span></span>
            <div>
                <h2>
                    {move || if last.get().is_some() { "Receiving events" } else { "Waiting for the first event…" }}
                </h2>
                <p>{move || match last.get() {
                    Some(at) => view! { "Last event "<Age at/> }.into_any(),
                    None => view! { {move || format!("Listening for {}", time::span(clock.now() - since))} }.into_any(),
                }}</p>
            </div>
        </div>
    }
}

/// Checks that the last request passed or failed.
#[component]
fn Checks(last: RwSignal<Option<i64>>, refused: RwSignal<Vec<RefusedRequest>>) -> impl IntoView {
    let steps = move || {
        let (done, is_refused) = (last.get().is_some(), refused.with(|refused| !refused.is_empty()));
        let verified = if is_refused && !done {
            view! {
                <li class="check" data-tone="bad">
                    <Icon data=icondata_lu::LuCircleX/>
                    <span>"Signature matches the secret"</span>
                    <small>"rejected"</small>
                </li>
            }
            .into_any()
        } else {
            view! { <Step done name="Signature matches the secret" note=""/> }.into_any()
        };
        view! {
            <Step done=done || is_refused name="Request reached this server" note=""/>
            {verified}
            <Step done name="Event is stored" note=""/>
            <Step done name="Shown on the dashboard" note=""/>
        }
    };
    view! { <div class="watch"><ol>{steps}</ol></div> }
}

#[component]
fn Foot(slug: String, test: Post<i64>, can_sign: bool, is_active: bool, is_new: bool) -> impl IntoView {
    let later = is_new.then(|| view! { <a class="button" data-kind="quiet" href="/sources">"Finish later"</a> });
    let form = (may_act() && can_sign && is_active).then(|| {
        view! {
            <PostForm post=test>
                <input type="hidden" name="slug" value=slug/>
                <button class="button" disabled=move || test.pending()>
                    <Icon data=icondata_lu::LuSend/>"Send a test event"
                </button>
            </PostForm>
        }
    });
    view! {
        <footer class="card-foot">{form}{later}</footer>
    }
}
