//! Taking notifications, so that no other sender does at the same time.

use std::collections::HashSet;

use app::types::time::SECOND;

use crate::db::{Due, Result, Writer};
use crate::ops::Ops;

/// How long a claim holds, in milliseconds: longer than any message may take.
const LEASE: i64 = 60 * SECOND;

/// Notifications that are ours to send, until the lease ends.
#[derive(Debug)]
pub struct Claim<'d> {
    pub dues: Vec<&'d Due>,
    /// The end of the lease: what is written of an attempt counts only while the row still says so.
    pub lease_until: i64,
}

impl<'d> Claim<'d> {
    pub fn ids(&self) -> Vec<i64> {
        self.dues.iter().map(|due| due.id).collect()
    }

    /// A part of it.
    pub fn of(&self, dues: Vec<&'d Due>) -> Self {
        Self { dues, lease_until: self.lease_until }
    }
}

/// Claims those that nobody else holds.
pub async fn claim<'d>(ops: &Ops, mut dues: Vec<&'d Due>) -> Result<Claim<'d>> {
    let ids: Vec<i64> = dues.iter().map(|due| due.id).collect();
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Person).await?;
    let claimed: HashSet<i64> = tx.claim_notifications(&ids, now, now + LEASE).await?.into_iter().collect();
    tx.commit().await?;
    dues.retain(|due| claimed.contains(&due.id));
    Ok(Claim { dues, lease_until: now + LEASE })
}
