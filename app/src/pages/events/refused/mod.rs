//! Rejected requests: the reason, the client, and verifying again once the cause is fixed.

mod filter;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::Tabs;
use crate::api::call::Call;
use crate::api::events::{ListRefused, RetryRefused};
use crate::live::{Clock, Live};
use crate::pages::load::Load;
use crate::pages::may::may_act;
use crate::pages::post::{Post, PostForm};
use crate::types::{QuarantineQuery, RefusedList, Retried};
use crate::ui::list::OlderLink;
use crate::ui::text::visible;
use crate::ui::{ConnectionLost, Empty, ErrorBanner, Icon, NothingMatches, PageTitle};

use filter::{Filter, View};
use table::Table;

/// `/events/refused`, with the filters in the query string.
#[component]
pub fn RefusedPage() -> impl IntoView {
    let (live, clock) = (expect_context::<Live>(), expect_context::<Clock>());
    let query = use_query_map();
    let view_of = Memo::new(move |_| query.with(View::read));
    let retry = Post::to::<RetryRefused>();
    let list = Load::new(move || {
        let query = view_of.with(|view| view.query(clock.at.get_untracked()));
        Call::of(ListRefused { query }).at(&[retry.version(), live.reload.get()])
    });
    view! {
        <PageTitle text="Rejected requests"/>
        {list.show(move |found| view! { <Loaded found view=view_of.get_untracked() retry/> }.into_any())}
    }
}

#[component]
fn Loaded(found: RefusedList, view: View, retry: Post<Retried>) -> impl IntoView {
    let waiting = found.page.items.iter().any(|request| request.retried_event_id.is_none());
    let can_retry = waiting && may_act();
    let next = found.page.next.clone().map(|cursor| view.with_cursor(cursor));
    let body = if found.page.items.is_empty() && !view.is_default() {
        view! { <NothingMatches what="rejected request" clear="/events/refused"/> }.into_any()
    } else if found.page.items.is_empty() {
        view! { <NoRefused/> }.into_any()
    } else {
        view! { <Table requests=found.page.items retry/><OlderLink href=next/> }.into_any()
    };
    view! {
        <header class="list-head">
            <div class="list-title">
                <h1>"Events"</h1>
                <Tabs current="/events/refused"/>
                {can_retry.then(|| view! { <RetryAll view=view.clone() now=found.now retry/> })}
            </div>
            <ConnectionLost/>
            {move || retry.get().map(|done| match done {
                Ok(done) => view! { <Outcome done/> }.into_any(),
                Err(error) => view! { <ErrorBanner error/> }.into_any(),
            })}
            <Filter view sources=found.sources/>
        </header>
        <section class="list" aria-label="Rejected requests">{body}</section>
    }
}

#[component]
fn Outcome(done: Retried) -> impl IntoView {
    let tone = if done.refused == 0 { "ok" } else { "warn" };
    let still = done.results.iter().find_map(|one| one.detail.clone());
    view! {
        <div class="banner" data-tone=tone role="status">
            <Icon data=icondata_lu::LuShieldCheck/>
            <div>
                <strong>{format!("{} accepted, {} still rejected", done.changed, done.refused)}</strong>
                {still.map(|why| visible(&why))}
            </div>
        </div>
    }
}

#[component]
fn RetryAll(view: View, now: i64, retry: Post<Retried>) -> impl IntoView {
    let words = if view.is_default() { "Verify all again" } else { "Verify all matching again" };
    let QuarantineQuery { source, from, to, .. } = view.query(now);
    view! {
        <PostForm post=retry>
            <input type="hidden" name="ids" value=""/>
            <input type="hidden" name="source" value=source.unwrap_or_default()/>
            {from.map(|from| view! { <input type="hidden" name="from" value=from/> })}
            {to.map(|to| view! { <input type="hidden" name="to" value=to/> })}
            <button class="button" disabled=move || retry.pending()>
                <Icon data=icondata_lu::LuShieldCheck/>{words}
            </button>
        </PostForm>
    }
}

#[component]
fn NoRefused() -> impl IntoView {
    view! {
        <Empty icon=icondata_lu::LuShieldCheck title="No rejected requests"
            text="Requests with a wrong signature, an expired timestamp or an oversized body appear here with the exact reason.">
            <div class="button-row"><a class="button" href="/events">"View accepted events"</a></div>
        </Empty>
    }
}
