//! Composes the message of the claimed rows.

use super::claim::Claim;
use super::render::{self, Item, Message};
use crate::channels::LoadedChannel;
use crate::db::{AlertText, Result};
use crate::ops::Ops;

/// The message of a single alert, or a digest that names the most severe ones. The claim must not be empty.
pub async fn compose(ops: &Ops, channel: &LoadedChannel, claim: &Claim) -> Result<Message> {
    let mut rows: Vec<_> = claim.rows.iter().collect();
    rows.sort_by_key(|ours| (std::cmp::Reverse(ours.row.severity), ours.row.id));
    let named: Vec<i64> = rows.iter().take(render::NAMED).map(|ours| ours.row.alert_id).collect();
    let texts = ops.db.list_told_texts(&named).await?;
    let text = |alert: i64| texts.iter().find(|text| text.id == alert).cloned().unwrap_or_else(|| gone(alert));
    let items: Vec<Item> = rows
        .iter()
        .take(render::NAMED)
        .map(|ours| Item { row: ours.row.clone(), text: text(ours.row.alert_id), is_over: ours.is_over })
        .collect();
    let (app_url, now) = (ops.config.app_url(), ops.now());
    Ok(match (items.as_slice(), rows.len()) {
        ([one], 1) => render::one(one, channel, &app_url),
        (items, _) => render::digest(items, &claim.rows, &app_url, now),
    })
}

/// Stands for an alert that was deleted after the claim.
fn gone(id: i64) -> AlertText {
    let (title, message, source) = ("Deleted alert".to_owned(), String::new(), String::new());
    AlertText { id, title, message, source, opened_at: 0, ended_at: None }
}
