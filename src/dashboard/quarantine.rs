//! Rejected requests: reading them, and verifying them again.

use app::Error;
use app::backend::Quarantine;
use app::types::{
    Actor, Cursor, Page, QuarantineQuery, RefusedDetail, RefusedList, RefusedRequest, RefusedSelection, Retried,
    RetriedOne, Role,
};
use async_trait::async_trait;
use serde_json::json;

use super::{Dashboard, cursor, page_size, public_error};
use crate::db::Writer;
use crate::error::Result;
use crate::ingest::quarantine::again::{Verdict, verify_again};
use crate::payload::Payload;

/// Batch size when verifying many requests again.
const PIECE: i64 = 100;

#[async_trait]
impl Quarantine for Dashboard {
    async fn list_refused(&self, actor: &Actor, query: QuarantineQuery) -> app::Result<Page<RefusedRequest>> {
        actor.require(Role::Viewer)?;
        public_error(self.refused_page(&query).await)
    }

    async fn get_refused(&self, actor: &Actor, id: i64) -> app::Result<RefusedDetail> {
        actor.require(Role::Viewer)?;
        public_error(self.refused_detail(id).await)
    }

    async fn get_refused_list(&self, actor: &Actor, query: QuarantineQuery) -> app::Result<RefusedList> {
        let page = self.list_refused(actor, query).await?;
        Ok(RefusedList { now: self.ops.now(), page, sources: public_error(self.source_names().await)? })
    }

    async fn retry_refused(&self, actor: &Actor, selection: RefusedSelection) -> app::Result<Retried> {
        actor.require(Role::Operator)?;
        public_error(self.retry(actor, selection).await)
    }
}

impl Dashboard {
    /// The body as received.
    pub async fn get_refused_payload(&self, actor: &Actor, id: i64) -> Result<Payload> {
        actor.require(Role::Viewer)?;
        let found = async {
            let found = self.ops.db.find_refused_payload(id).await?;
            Ok(found.ok_or_else(|| Error::not_found("rejected request"))?)
        };
        self.ops.payload_reads.read(found).await
    }

    async fn refused_page(&self, query: &QuarantineQuery) -> Result<Page<RefusedRequest>> {
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        let requests = self.ops.db.list_refused(query, cursor, limit).await?;
        Ok(Page::cut(requests, limit, |request| Cursor { at: request.created_at, id: request.id }))
    }

    async fn refused_detail(&self, id: i64) -> Result<RefusedDetail> {
        let found = self.ops.db.find_refused_parts(id).await?;
        let (request, headers) = found.ok_or_else(|| Error::not_found("rejected request"))?;
        Ok(RefusedDetail { request, headers })
    }

    async fn retry(&self, actor: &Actor, selection: RefusedSelection) -> Result<Retried> {
        let mut retried = Retried::default();
        for id in self.selected(&selection).await? {
            if let Some(one) = self.retry_one(id).await? {
                retried.changed += i64::from(one.event_id.is_some());
                retried.refused += i64::from(one.detail.is_some());
                retried.results.push(one);
            }
        }
        let detail = json!({ "changed": retried.changed, "refused": retried.refused });
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        self.audit(&mut tx, actor, "quarantine.retry", "quarantine", detail).await?;
        tx.commit().await?;
        Ok(retried)
    }

    /// The selected ids, oldest first, so that events are stored in order of receipt.
    async fn selected(&self, selection: &RefusedSelection) -> Result<Vec<i64>> {
        if let Some(mut ids) = named(selection)? {
            ids.sort_unstable();
            ids.dedup();
            return Ok(ids);
        }
        let filter = selection.filter.clone().unwrap_or_default();
        let mut ids = Vec::new();
        loop {
            let more = self.ops.db.list_refused_ids(&filter, ids.last().copied().unwrap_or(0), PIECE).await?;
            if more.is_empty() {
                return Ok(ids);
            }
            ids.extend(more);
        }
    }

    /// `None` if the request is gone or was accepted before.
    async fn retry_one(&self, id: i64) -> Result<Option<RetriedOne>> {
        let Some(refused) = self.ops.db.find_refused(id).await? else { return Ok(None) };
        let (event_id, detail) = match verify_again(&self.ops, &refused).await? {
            Verdict::Event(event_id) => (Some(event_id), None),
            Verdict::Handshake => (None, None),
            Verdict::StillRefused(why) => (None, Some(why)),
        };
        Ok(Some(RetriedOne { id, event_id, detail }))
    }
}

/// The ids of a selection by id; `None` for a selection by filter, where an empty filter requires `all`.
fn named(selection: &RefusedSelection) -> app::Result<Option<Vec<i64>>> {
    match (&selection.ids, &selection.filter) {
        (Some(_), Some(_)) => Err(Error::invalid("ids", "give either ids or a filter")),
        (Some(ids), None) if ids.is_empty() || ids.len() > 1_000 => Err(Error::invalid("ids", "must be 1 to 1000")),
        (Some(ids), None) => Ok(Some(ids.clone())),
        (None, Some(filter)) if filter.limit.is_some() || filter.cursor.is_some() => {
            Err(Error::invalid("filter", "must not have a limit or cursor"))
        }
        (None, filter) if selection.all || filter.as_ref().is_some_and(|f| *f != QuarantineQuery::default()) => {
            Ok(None)
        }
        (None, _) => Err(Error::invalid("filter", "is empty; set \"all\": true to select every rejected request")),
    }
}
