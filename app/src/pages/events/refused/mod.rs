//! Rejected requests: the reason, the client, and verifying again once the cause is fixed.

mod table;

use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use super::Tabs;
use crate::api::call::Call;
use crate::api::events::{ListRefused, RetryRefused};
use crate::live::Live;
use crate::pages::load::Load;
use crate::pages::may::may_act;
use crate::pages::post::{Post, PostForm};
use crate::types::{QuarantineQuery, RefusedList, Retried, SourceName};
use crate::ui::list::{OlderLink, SourceSelect};
use crate::ui::text::visible;
use crate::ui::{Address, ConnectionLost, Empty, ErrorBanner, Icon, PageTitle};

use table::Table;

fn asked(source: &str, cursor: Option<String>) -> QuarantineQuery {
    let source = Some(source.to_owned()).filter(|source| !source.is_empty());
    QuarantineQuery { source, cursor, ..QuarantineQuery::default() }
}

/// `/events/refused`, with the source filter in the query string.
#[component]
pub fn RefusedPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let query = use_query_map();
    let address = Memo::new(move |_| query.with(|q| (q.get("source").unwrap_or_default(), q.get("cursor"))));
    let retry = Post::to::<RetryRefused>();
    let list = Load::new(move || {
        let (source, cursor) = address.get();
        Call::of(ListRefused { query: asked(&source, cursor) }).at(&[retry.version(), live.reload.get()])
    });
    view! {
        <PageTitle text="Rejected requests"/>
        {list.show(move |found| view! { <Loaded found source=address.get_untracked().0 retry/> }.into_any())}
    }
}

#[component]
fn Loaded(found: RefusedList, source: String, retry: Post<Retried>) -> impl IntoView {
    let waiting = found.page.items.iter().any(|request| request.retried_event_id.is_none());
    let next = found.page.next.clone().map(|cursor| {
        Address::new("/events/refused").with("source", Some(source.clone())).with("cursor", Some(cursor)).href()
    });
    let body = if found.page.items.is_empty() {
        view! { <NoRefused/> }.into_any()
    } else {
        view! { <Table requests=found.page.items retry/><OlderLink href=next/> }.into_any()
    };
    view! {
        <header class="list-head">
            <div class="list-title">
                <h1>"Events"</h1>
                <Tabs current="/events/refused"/>
                {(waiting && may_act()).then(|| view! { <RetryAll source=source.clone() retry/> })}
            </div>
            <ConnectionLost/>
            {move || retry.get().map(|done| match done {
                Ok(done) => view! { <Outcome done/> }.into_any(),
                Err(error) => view! { <ErrorBanner error/> }.into_any(),
            })}
            <Filter source sources=found.sources/>
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
fn RetryAll(source: String, retry: Post<Retried>) -> impl IntoView {
    let words = if source.is_empty() { "Verify all again".to_owned() } else { format!("Verify all of {source} again") };
    view! {
        <PostForm post=retry>
            <input type="hidden" name="ids" value=""/>
            <input type="hidden" name="source" value=source/>
            <button class="button" disabled=move || retry.pending()>
                <Icon data=icondata_lu::LuShieldCheck/>{words}
            </button>
        </PostForm>
    }
}

#[component]
fn Filter(source: String, sources: Vec<SourceName>) -> impl IntoView {
    view! {
        <Form method="GET" action="/events/refused" attr:class="search-form" attr:role="search">
            <SourceSelect sources chosen=source/>
            <button class="button search-go" data-size="small">"Filter"</button>
            <p class="field-hint">
                "The latest 500 of each source are kept for the retention period in Settings (7 days by default)."
            </p>
        </Form>
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
