//! Reading alerts, changing them by id or by filter, and notes.

mod arranged;
mod change;
mod selected;
mod update;

use app::Error;
use app::backend::{Alerts, SavedFilters};
use app::types::{
    Activity, ActivityKind, Actor, Alert, AlertChange, AlertDetail, AlertGroups, AlertList, AlertQuery, Changed,
    Cursor, Earlier, ListPage, NotificationQuery, Page, Role, Selection, TimelineQuery, time,
};
use async_trait::async_trait;
use serde_json::Map;

use super::{Dashboard, check_search, cursor, page_size, public_error};
use crate::changes::step;
use crate::db::{NewActivity, Writer};
use crate::error::Result;
use crate::provider::clean_text;

use selected::Selected;

/// Notifications shown with an alert.
const MOST_TOLD: i64 = 20;

/// How far back earlier alerts with the same key are looked for, in milliseconds.
const LOOK_BACK: i64 = 30 * time::DAY;

/// Maximum length of a note in bytes.
const MAX_NOTE: usize = 4_000;

#[async_trait]
impl Alerts for Dashboard {
    async fn list_alerts(&self, actor: &Actor, query: AlertQuery) -> app::Result<AlertList> {
        actor.require(Role::Viewer)?;
        public_error(self.alert_list(actor, &query).await)
    }

    async fn group_alerts(&self, actor: &Actor, query: AlertQuery, by: String) -> app::Result<AlertGroups> {
        actor.require(Role::Viewer)?;
        public_error(self.alert_groups(&query, &by).await)
    }

    async fn get_alert(&self, actor: &Actor, id: i64) -> app::Result<AlertDetail> {
        actor.require(Role::Viewer)?;
        public_error(self.alert_detail(id).await)
    }

    async fn list_timeline(&self, actor: &Actor, id: i64, query: TimelineQuery) -> app::Result<Page<Activity>> {
        actor.require(Role::Viewer)?;
        public_error(self.ops.db.find_alert(id).await.map_err(Into::into))?.ok_or_else(|| Error::not_found("alert"))?;
        public_error(self.timeline(id, &query).await)
    }

    async fn change_alerts(&self, actor: &Actor, change: AlertChange, selection: Selection) -> app::Result<Changed> {
        actor.require(Role::Operator)?;
        let update = public_error(self.read_update(actor, change, &selection).await)?;
        let selected = Selected::read(selection)?;
        public_error(self.change(actor, update, &selected).await)
    }

    async fn undo_alerts(&self, actor: &Actor, id: String) -> app::Result<Changed> {
        actor.require(Role::Operator)?;
        public_error(self.undo(actor, &id).await)
    }

    async fn count_alerts(&self, actor: &Actor, query: AlertQuery) -> app::Result<i64> {
        actor.require(Role::Viewer)?;
        check_search(query.q.as_deref())?;
        public_error(self.ops.db.count_alerts(&query).await.map_err(Into::into))
    }

    async fn note_alert(&self, actor: &Actor, id: i64, text: String) -> app::Result<()> {
        actor.require(Role::Operator)?;
        public_error(self.note(actor, id, &text).await)
    }
}

impl Dashboard {
    /// A page of alerts, without the additional data of the dashboard.
    pub async fn list_alert_page(&self, actor: &Actor, query: AlertQuery) -> app::Result<Page<Alert>> {
        actor.require(Role::Viewer)?;
        public_error(self.alert_page(&query).await)
    }

    async fn alert_page(&self, query: &AlertQuery) -> Result<Page<Alert>> {
        check_search(query.q.as_deref())?;
        if let Some(sort) = query.sort {
            return self.sorted_page(query, sort).await;
        }
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        Ok(Page::cut(self.ops.db.list_alerts(query, cursor, limit).await?, limit, Alert::cursor))
    }

    async fn alert_list(&self, actor: &Actor, query: &AlertQuery) -> Result<AlertList> {
        // Read before the rows, so that a concurrent change is delivered twice rather than lost.
        let seq = self.ops.db.last_activity().await?;
        let page = self.alert_page(query).await?;
        let counts = self.numbers().await?.stats.open;
        Ok(AlertList {
            seq,
            now: self.ops.now(),
            page,
            counts,
            newest: self.ops.db.last_alert_id().await?,
            sources: self.source_names().await?,
            saved: self.list_saved(actor, ListPage::Alerts).await?,
        })
    }

    async fn alert_detail(&self, id: i64) -> Result<AlertDetail> {
        let alert = self.ops.db.find_alert(id).await?.ok_or_else(|| Error::not_found("alert"))?;
        let query = NotificationQuery { alert_id: Some(id), ..NotificationQuery::default() };
        let mut notifications = self.ops.db.list_notifications(&query, None, MOST_TOLD).await?;
        notifications.truncate(MOST_TOLD as usize);
        let steps = self.timeline(id, &TimelineQuery::default()).await?;
        let earlier = self.earlier(&alert).await?;
        Ok(AlertDetail { alert, timeline: steps.items, timeline_next: steps.next, notifications, earlier })
    }

    async fn earlier(&self, alert: &Alert) -> Result<Vec<Earlier>> {
        let Some(key) = &alert.dedup_key else { return Ok(Vec::new()) };
        Ok(self.ops.db.list_earlier(key, alert.id, alert.created_at - LOOK_BACK, Earlier::MOST).await?)
    }

    async fn timeline(&self, id: i64, query: &TimelineQuery) -> Result<Page<Activity>> {
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        let steps = self.ops.db.list_activity(id, cursor, limit).await?;
        Ok(Page::cut(steps, limit, |step: &Activity| Cursor { at: step.created_at, id: step.id }))
    }

    /// Adds a note to an alert's timeline.
    async fn note(&self, actor: &Actor, id: i64, text: &str) -> Result<()> {
        let text = clean_text(text, MAX_NOTE);
        if text.trim().is_empty() {
            return Err(Error::invalid("text", "must not be empty").into());
        }
        self.ops.db.find_alert(id).await?.ok_or_else(|| Error::not_found("alert"))?;
        let detail = Map::from_iter([("text".to_owned(), text.trim().into())]);
        let noted = NewActivity { detail, ..step(id, ActivityKind::Noted, &actor.name, self.ops.now()) };
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let steps = tx.insert_activity(&[noted]).await?;
        tx.commit().await?;
        self.ops.announce(&steps).await;
        Ok(())
    }
}
