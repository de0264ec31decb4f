//! Sorted and grouped alerts: the newest matches, arranged in memory.

use app::Error;
use app::types::{Alert, AlertGroups, AlertQuery, AlertSort, MOST_ARRANGED, MOST_SORTED, Page};

use super::check_search;
use crate::dashboard::{Dashboard, page_size};
use crate::error::Result;

impl Dashboard {
    /// One page without a next one.
    pub(super) async fn sorted_page(&self, query: &AlertQuery, sort: AlertSort) -> Result<Page<Alert>> {
        if query.cursor.is_some() {
            return Err(Error::invalid("cursor", "a sorted list has one page").into());
        }
        let limit = query.limit.map_or(Ok(MOST_SORTED), |limit| page_size(Some(limit)))?;
        let mut alerts = self.newest(query).await?.0;
        sort.sort(&mut alerts);
        alerts.truncate(limit as usize);
        Ok(Page { items: alerts, next: None })
    }

    pub(super) async fn alert_groups(&self, query: &AlertQuery, by: &str) -> Result<AlertGroups> {
        check_search(query.q.as_deref())?;
        let (alerts, is_cut) = self.newest(query).await?;
        let unknown = || Error::invalid("by", "must be title, source, key, assignee or label.NAME");
        Ok(AlertGroups::new(alerts, by, is_cut).ok_or_else(unknown)?)
    }

    /// The newest matches, and whether there are more.
    async fn newest(&self, query: &AlertQuery) -> Result<(Vec<Alert>, bool)> {
        let mut alerts = self.ops.db.list_alerts(query, None, MOST_ARRANGED).await?;
        let is_cut = alerts.len() > MOST_ARRANGED as usize;
        alerts.truncate(MOST_ARRANGED as usize);
        Ok((alerts, is_cut))
    }
}
