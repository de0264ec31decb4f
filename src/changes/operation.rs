//! One operation of a person on any number of alerts: one entry in the audit log and one undo.

use app::types::AlertChange;
use serde_json::{Map, Value, json};

use crate::crypto::random_id;
use crate::db::{AlertUpdate, AuditEntry, Before, Result, Tx, UndoBatch};

/// Alert ids listed in the audit log.
const MOST_LISTED: usize = 100;

/// An operation in progress.
#[derive(Debug)]
pub struct Operation {
    /// A user's email, `token:NAME` or `telegram:ID NAME`.
    pub actor: String,
    /// The change, or the change that is undone.
    pub update: AlertUpdate,
    /// `alert.resolve`, or `alert.undo_resolve`.
    action: String,
    /// The filter that selected the alerts; null for a selection by id.
    filter: Value,
    /// Id under which the previous states are kept, and when the operation began, Unix milliseconds: its batches expire together.
    undo: Option<(String, i64)>,
    pub(super) progress: Progress,
}

/// What earlier batches committed.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Number of changed alerts.
    pub count: i64,
    /// The first changed alerts.
    ids: Vec<i64>,
    /// Number of batches that changed anything.
    batches: i64,
    /// The entry in the audit log, once anything was changed.
    audit: Option<i64>,
}

impl Operation {
    /// A change that cannot be undone.
    pub fn new(actor: &str, update: AlertUpdate) -> Self {
        let action = format!("alert.{}", update.change);
        let (actor, progress) = (actor.to_owned(), Progress::default());
        Self { actor, update, action, filter: Value::Null, undo: None, progress }
    }

    /// A change that can be undone for ten minutes from now on. `filter` is null if the alerts were selected by id.
    pub fn undoable(actor: &str, update: AlertUpdate, filter: Value, now: i64) -> Self {
        Self { filter, undo: Some((random_id(), now)), ..Self::new(actor, update) }
    }

    /// The undo of a change.
    pub fn reverting(actor: &str, update: AlertUpdate) -> Self {
        Self { action: format!("alert.undo_{}", update.change), ..Self::new(actor, update) }
    }

    /// Number of alerts changed so far.
    pub const fn count(&self) -> i64 {
        self.progress.count
    }

    /// The id to undo it by, if anything was changed.
    pub fn undo_id(self) -> Option<String> {
        self.undo.filter(|_| self.progress.count > 0).map(|(id, _)| id)
    }

    /// Inserts the audit log entry with the first batch, and updates its count with later ones. Returns the progress once this
    /// transaction is committed.
    pub(super) async fn record(&self, tx: &mut Tx, changed: &[i64], now: i64) -> Result<Progress> {
        let mut progress = self.progress.clone();
        if changed.is_empty() {
            return Ok(progress);
        }
        progress.count += changed.len() as i64;
        progress.batches += 1;
        progress.ids.extend(changed.iter().take(MOST_LISTED.saturating_sub(progress.ids.len())));
        let detail = self.detail(&progress);
        match progress.audit {
            Some(id) => tx.update_audit(id, &detail).await?,
            None => {
                let entry = AuditEntry { actor: &self.actor, action: &self.action, subject: "alerts", detail, now };
                progress.audit = Some(tx.insert_audit(&entry).await?);
            }
        }
        Ok(progress)
    }

    /// Keeps the previous states of a batch.
    pub(super) async fn keep_undo(&self, tx: &mut Tx, before: Vec<Before>) -> Result<()> {
        match &self.undo {
            Some((id, began)) if !before.is_empty() => {
                let batch = UndoBatch { update: self.update.clone(), before };
                tx.insert_undo((id, self.progress.batches), &self.actor, &batch, *began).await
            }
            _ => Ok(()),
        }
    }

    fn detail(&self, progress: &Progress) -> Value {
        let mut detail = Map::new();
        detail.insert("count".to_owned(), progress.count.into());
        detail.insert("ids".to_owned(), json!(progress.ids));
        if let Some(until) = self.update.until {
            detail.insert("until".to_owned(), until.into());
        }
        if self.update.change == AlertChange::Assign {
            detail.insert("assignee".to_owned(), json!(self.update.assignee));
        }
        if !self.filter.is_null() {
            detail.insert("filter".to_owned(), self.filter.clone());
        }
        detail.into()
    }
}
