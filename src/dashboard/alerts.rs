//! Reading alerts, and changing them by id or by filter.

use app::Error;
use app::backend::{Alerts, SavedFilters};
use app::types::{
    Activity, ActivityKind, Actor, Alert, AlertChange, AlertDetail, AlertList, AlertQuery, Before, Changed, Cursor,
    ListPage, NotificationQuery, Page, Role, Selection, TimelineQuery,
};
use async_trait::async_trait;
use serde_json::Map;

use super::{Dashboard, check_search, cursor, page_size, public_error};
use crate::changes::{change_alerts, step, undo_change};
use crate::crypto::random_id;
use crate::db::{NewActivity, Writer, alert_parts};
use crate::error::Result;
use crate::provider::clean_text;

/// Alerts changed per transaction.
const PIECE: i64 = 1_000;

/// Maximum number of ids in one request.
const MOST_NAMED: usize = 10_000;

/// Notifications shown with an alert.
const MOST_TOLD: i64 = 20;

/// Bulk changes of more alerts than this cannot be undone: the previous states of as many take 4 MB.
const MOST_UNDONE: i64 = 200_000;

/// Maximum length of a note in bytes.
const MAX_NOTE: usize = 4_000;

#[async_trait]
impl Alerts for Dashboard {
    async fn list_alerts(&self, actor: &Actor, query: AlertQuery) -> app::Result<AlertList> {
        actor.require(Role::Viewer)?;
        public_error(self.alert_list(actor, &query).await)
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
        let selected = read_selection(selection)?;
        public_error(self.change(actor, change, &selected).await)
    }

    async fn undo_alerts(&self, actor: &Actor, change: AlertChange, before: Vec<Before>) -> app::Result<Changed> {
        actor.require(Role::Operator)?;
        if before.len() > MOST_NAMED {
            return Err(Error::invalid("before", format!("at most {MOST_NAMED} at once")));
        }
        public_error(self.undo(actor, change, &before).await)
    }

    async fn undo_bulk(&self, actor: &Actor, id: String) -> app::Result<Changed> {
        actor.require(Role::Operator)?;
        public_error(self.undo_kept(actor, &id).await)
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
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        Ok(Page::cut(self.ops.db.list_alerts(query, cursor, limit).await?, limit, Alert::cursor))
    }

    async fn alert_list(&self, actor: &Actor, query: &AlertQuery) -> Result<AlertList> {
        // Read before the rows, so that a concurrent change is delivered twice rather than lost.
        let seq = self.ops.db.last_activity().await?;
        let page = self.alert_page(query).await?;
        let stats = self.numbers().await?.stats;
        Ok(AlertList {
            seq,
            now: self.ops.now(),
            page,
            unread: stats.unread,
            counts: stats.open,
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
        Ok(AlertDetail { alert, timeline: steps.items, timeline_next: steps.next, notifications })
    }

    async fn timeline(&self, id: i64, query: &TimelineQuery) -> Result<Page<Activity>> {
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        let steps = self.ops.db.list_activity(id, cursor, limit).await?;
        Ok(Page::cut(steps, limit, |step: &Activity| Cursor { created_at: step.created_at, id: step.id }))
    }

    /// Changes the selection in batches, so that ingest never waits long for the write lock.
    async fn change(&self, actor: &Actor, change: AlertChange, selected: &Selected) -> Result<Changed> {
        match selected {
            Selected::Ids(ids) => {
                let mut changed = Vec::new();
                for piece in ids.chunks(PIECE as usize) {
                    changed.extend(change_alerts(&self.ops, &actor.name, change, piece).await?);
                }
                Ok(Changed { change, count: changed.len() as i64, before: changed, undo: None })
            }
            Selected::Filter(query) => {
                let mut done = Bulk::default();
                self.change_matching(actor, change, query, &mut done).await?;
                let undo = self.keep(actor, change, &done.before).await?;
                Ok(Changed { change, count: done.count, before: Vec::new(), undo })
            }
        }
    }

    async fn undo(&self, actor: &Actor, change: AlertChange, before: &[Before]) -> Result<Changed> {
        let mut count = 0;
        for piece in before.chunks(PIECE as usize) {
            count += undo_change(&self.ops, &actor.name, change, piece).await? as i64;
        }
        Ok(Changed { change: inverse(change), count, before: Vec::new(), undo: None })
    }

    /// Keeps the previous states of a bulk change; returns the id to undo it by, unless it was too large or changed nothing.
    async fn keep(&self, actor: &Actor, change: AlertChange, before: &[Before]) -> Result<Option<String>> {
        if before.is_empty() {
            return Ok(None);
        }
        let id = random_id();
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        tx.insert_undo(&id, &actor.name, change, before, self.ops.now()).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    async fn undo_kept(&self, actor: &Actor, id: &str) -> Result<Changed> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let kept = tx.take_undo(id, &actor.name, self.ops.now()).await?;
        tx.commit().await?;
        let (change, before) = kept.ok_or_else(|| Error::not_found("change"))?;
        self.undo(actor, change, &before).await
    }

    async fn change_matching(
        &self,
        actor: &Actor,
        change: AlertChange,
        query: &AlertQuery,
        done: &mut Bulk,
    ) -> Result<()> {
        if query.q.as_deref().is_some_and(|q| !q.is_empty()) {
            return self.change_part(actor, change, query, done).await;
        }
        for part in alert_parts(query) {
            self.change_part(actor, change, &part, done).await?;
        }
        Ok(())
    }

    async fn change_part(&self, actor: &Actor, change: AlertChange, part: &AlertQuery, done: &mut Bulk) -> Result<()> {
        let mut cursor = None;
        loop {
            let found = self.ops.db.list_alert_ids(part, cursor, PIECE).await?;
            let Some(last) = found.last() else { return Ok(()) };
            cursor = Some(*last);
            let ids: Vec<i64> = found.iter().map(|alert| alert.id).collect();
            done.add(change_alerts(&self.ops, &actor.name, change, &ids).await?);
        }
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

/// What a bulk change has done so far.
#[derive(Default)]
struct Bulk {
    count: i64,
    /// Empty once there are more than [`MOST_UNDONE`].
    before: Vec<Before>,
}

impl Bulk {
    fn add(&mut self, changed: Vec<Before>) {
        let is_whole = self.before.len() as i64 == self.count;
        self.count += changed.len() as i64;
        if is_whole && self.count <= MOST_UNDONE {
            self.before.extend(changed);
        } else {
            self.before.clear();
        }
    }
}

/// The change that an undo is reported as.
const fn inverse(change: AlertChange) -> AlertChange {
    match change {
        AlertChange::Read => AlertChange::Unread,
        AlertChange::Unread => AlertChange::Read,
        AlertChange::Acknowledge | AlertChange::Resolve => AlertChange::Reopen,
        AlertChange::Reopen => AlertChange::Resolve,
        AlertChange::Mute => AlertChange::Unmute,
        AlertChange::Unmute => AlertChange::Mute,
    }
}

/// The selected alerts.
enum Selected {
    Ids(Vec<i64>),
    Filter(Box<AlertQuery>),
}

/// Exactly one of ids and filter must be given; an empty filter requires `all`.
fn read_selection(selection: Selection) -> app::Result<Selected> {
    match (selection.ids, selection.filter) {
        (Some(_), Some(_)) => Err(Error::invalid("ids", "give either ids or a filter")),
        (Some(ids), None) if ids.len() > MOST_NAMED => {
            Err(Error::invalid("ids", format!("at most {MOST_NAMED} at once; use a filter")))
        }
        (Some(ids), None) if ids.is_empty() => Err(Error::invalid("ids", "must contain at least one id")),
        (Some(ids), None) => Ok(Selected::Ids(ids)),
        (None, Some(filter)) if filter.limit.is_some() || filter.cursor.is_some() => {
            Err(Error::invalid("filter", "must not have a limit or cursor"))
        }
        (None, filter) => {
            let filter = filter.unwrap_or_default();
            check_search(filter.q.as_deref())?;
            if filter == AlertQuery::default() && !selection.all {
                return Err(Error::invalid("filter", "is empty; set \"all\": true to select every alert"));
            }
            Ok(Selected::Filter(Box::new(filter)))
        }
    }
}
