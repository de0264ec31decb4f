//! The log's filters, as encoded in the URL.

use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::params::ParamsMap;

use super::table::look;
use crate::types::{ChannelKind, List, NotificationQuery, NotificationStatus};
use crate::ui::{Address, Icon, Range, RangeFields};

/// The log's filters, as encoded in the URL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    status: Option<NotificationStatus>,
    channel: Option<ChannelKind>,
    /// When it was created.
    range: Range,
    cursor: Option<String>,
}

impl View {
    /// Whether no filter is set.
    pub fn is_default(&self) -> bool {
        Self { range: self.range.effective(), ..self.clone() } == Self::default()
    }

    /// Parses the URL; unknown values are ignored.
    pub fn read(params: &ParamsMap) -> Self {
        Self {
            status: params.get("status").and_then(|word| word.parse().ok()),
            channel: params.get("channel").and_then(|word| word.parse().ok()),
            range: Range::read(params),
            cursor: params.get("cursor"),
        }
    }

    /// The API query of these filters, with a quick range relative to `now`.
    pub fn query(&self, now: i64) -> NotificationQuery {
        let (from, to) = self.range.bounds(now);
        NotificationQuery {
            status: List(self.status.into_iter().collect()),
            channel: List(self.channel.into_iter().collect()),
            from,
            to,
            cursor: self.cursor.clone(),
            ..NotificationQuery::default()
        }
    }

    /// URL of the next page.
    pub fn with_cursor(&self, cursor: String) -> String {
        Self { cursor: Some(cursor), ..self.clone() }.href()
    }

    fn href(&self) -> String {
        let address = Address::new("/notifications")
            .with("status", self.status.map(|status| status.to_string()))
            .with("channel", self.channel.map(|channel| channel.to_string()))
            .with("cursor", self.cursor.clone());
        self.range.add_to(address).href()
    }
}

/// Links that toggle a status or a kind of channel, and the time range.
#[component]
pub fn Filters(view_of: Memo<View>) -> impl IntoView {
    let status = |status: NotificationStatus| {
        let is_on = move || view_of.with(|view| view.status == Some(status));
        let href = move || View { status: (!is_on()).then_some(status), cursor: None, ..view_of.get() }.href();
        let (icon, tone) = look(status);
        view! {
            <a class="chip" data-tone=tone href=href aria-current=move || is_on().then_some("true")>
                <Icon data=icon/>{status.label()}
            </a>
        }
    };
    let channel = |kind: ChannelKind| {
        let is_on = move || view_of.with(|view| view.channel == Some(kind));
        let href = move || View { channel: (!is_on()).then_some(kind), cursor: None, ..view_of.get() }.href();
        view! { <a class="chip" href=href aria-current=move || is_on().then_some("true")>{kind.label()}</a> }
    };
    let chips = NotificationStatus::ALL.iter().copied().map(status).collect_view();
    let word = move |word: Option<String>| word.unwrap_or_default();
    view! {
        <nav class="chips" aria-label="Status and channel">
            {chips}<span class="divider"></span>{ChannelKind::ALL.iter().copied().map(channel).collect_view()}
        </nav>
        <div class="chips">
            <Form method="GET" action="/notifications" attr:class="search-form">
                <input type="hidden" name="status"
                    value=move || word(view_of.with(|view| view.status.map(|status| status.to_string())))/>
                <input type="hidden" name="channel"
                    value=move || word(view_of.with(|view| view.channel.map(|channel| channel.to_string())))/>
                <RangeFields range=view_of.with_untracked(|view| view.range.clone())/>
                <button class="button search-go" data-size="small">"Filter"</button>
            </Form>
        </div>
    }
}
