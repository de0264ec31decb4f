//! Queues notifications, and reads what the delivery gate needs to decide on them.

use app::types::{AlertState, NotificationKind, NotificationStatus, Severity};
use sqlx::QueryBuilder;

use super::NewNotification;
use crate::db::bulk::{PRESENT, pieces, push_ids};
use crate::db::{Result, Tx, on};
use crate::delivery::{LastSent, NotificationRequest, Queued};

/// What a channel was last sent of an alert: a row of `alert_told`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LastSentRow {
    /// The alert.
    pub alert_id: i64,
    /// The channel.
    pub channel_id: i64,
    /// Severity of the last alarm.
    #[sqlx(try_from = "String")]
    pub severity: Severity,
    /// When the last alarm was sent, Unix milliseconds.
    pub told_at: i64,
    /// When anything was last sent, Unix milliseconds.
    pub said_at: i64,
    /// Whether the last message reported the end.
    pub is_end: bool,
}

impl From<LastSentRow> for LastSent {
    fn from(row: LastSentRow) -> Self {
        Self { severity: row.severity, alarmed_at: row.told_at, sent_at: row.said_at, is_end: row.is_end }
    }
}

/// A pending or held notification.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UnsentRow {
    /// The alert that it reports.
    pub alert_id: i64,
    /// The channel that sends it.
    pub channel_id: i64,
    /// A `NotificationKind` as text.
    pub kind: String,
    /// Severity when it was queued.
    #[sqlx(try_from = "String")]
    pub severity: Severity,
    /// End of the lease, Unix milliseconds; in the future while a sender holds it.
    pub lease_until: Option<i64>,
}

/// The columns of an alert that the delivery gate needs.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AlertForNotification {
    /// `alerts.id`.
    pub id: i64,
    /// Current state.
    #[sqlx(try_from = "String")]
    pub state: AlertState,
    /// Current severity.
    #[sqlx(try_from = "String")]
    pub severity: Severity,
    /// End of the mute, Unix milliseconds.
    pub muted_until: Option<i64>,
    /// How often it was reopened.
    pub episode: i64,
    /// Notice rather than problem.
    pub is_notice: bool,
    /// Slug of the source.
    pub source: String,
}

impl AlertForNotification {
    /// A request to notify the current state of an alert that existed before.
    pub fn request(self, kind: NotificationKind) -> NotificationRequest {
        let Self { id, state, severity, muted_until, episode, is_notice, source } = self;
        NotificationRequest {
            alert_id: id,
            kind,
            severity,
            state,
            episode,
            is_new: false,
            muted_until,
            is_notice,
            source,
        }
    }
}

impl Tx {
    /// What each channel was last sent of these alerts.
    pub async fn list_last_sent(&mut self, alerts: &[i64]) -> Result<Vec<LastSentRow>> {
        const SQL: &str =
            "select alert_id, channel_id, severity, told_at, said_at, is_end from alert_told where alert_id in (";
        self.of_alerts(SQL, alerts).await
    }

    /// Pending and held notifications of these alerts.
    pub async fn list_unsent(&mut self, alerts: &[i64]) -> Result<Vec<UnsentRow>> {
        const SQL: &str = "select alert_id, channel_id, kind, severity, lease_until from notification_logs \
             where status in ('pending', 'held') and channel_id is not null and alert_id in (";
        self.of_alerts(SQL, alerts).await
    }

    /// Pairs `(alert, channel)` for which the opening of the current episode was sent.
    pub async fn list_opened_to(&mut self, alerts: &[i64]) -> Result<Vec<(i64, i64)>> {
        const SQL: &str = "select n.alert_id, n.channel_id from alerts a join channels c on c.deleted_at is null \
             join notification_logs n on n.alert_id = a.id and n.channel_id = c.id and n.kind = 'opened' \
             and n.episode = a.episode where n.status = 'sent' and a.id in (";
        self.of_alerts(SQL, alerts).await
    }

    /// Whether a channel was ever created; deleted ones count.
    pub async fn had_channels(&mut self) -> Result<bool> {
        const SQL: &str = "select exists (select 1 from channels)";
        on!(tx self, conn => sqlx::query_scalar(SQL).fetch_one(conn).await)
    }

    /// Current state of these alerts, for the delivery gate.
    pub async fn list_for_notification(&mut self, alerts: &[i64]) -> Result<Vec<AlertForNotification>> {
        const SQL: &str = "select a.id, a.state, a.severity, a.muted_until, a.episode, a.is_notice, s.slug as source \
             from alerts a join webhook_sources s on s.id = a.webhook_source_id where a.id in (";
        self.of_alerts(SQL, alerts).await
    }

    async fn of_alerts<T>(&mut self, sql: &'static str, alerts: &[i64]) -> Result<Vec<T>>
    where
        T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
            + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>
            + Send
            + Unpin,
    {
        let mut rows = Vec::new();
        for piece in pieces(alerts) {
            rows.extend(on!(tx self, conn => {
                let mut query = QueryBuilder::new(sql);
                push_ids(&mut query, piece);
                query.push(")").build_query_as::<T>().fetch_all(conn).await
            })?);
        }
        Ok(rows)
    }

    /// Upserts notifications: a cancelled row with the same key is queued again, any other is left as it is. Returns
    /// the ids of those that are due at once.
    pub async fn insert_notifications(&mut self, new: &[NewNotification]) -> Result<Vec<i64>> {
        const INSERT: &str = "insert into notification_logs (alert_id, channel_id, channel, recipient, kind, episode, \
             severity, status, reason, held_until, due_at, created_at, updated_at) select * from (";
        // A cancelled notification becomes necessary again.
        const AGAIN: &str = " on conflict (alert_id, channel_id, kind, episode) do update set status = excluded.status, \
             reason = excluded.reason, held_until = excluded.held_until, due_at = excluded.due_at, \
             severity = excluded.severity, updated_at = excluded.updated_at, attempts = 0, fallback_at = null, \
             lease_until = null, error_message = null where notification_logs.status = 'cancelled'";
        let mut ids = Vec::new();
        for piece in pieces(new) {
            let rows: Vec<(i64, String)> = on!(tx self, conn => {
                let mut query = QueryBuilder::new(INSERT);
                query.push_values(piece, |mut row, n| {
                    row.push_bind(n.map(|n| n.alert_id)).push_bind(n.map(|n| n.channel_id))
                        .push_bind(n.map(|n| n.channel.as_str())).push_bind(n.map(|n| &n.recipient))
                        .push_bind(n.map(|n| n.kind.as_str())).push_bind(n.map(|n| n.episode))
                        .push_bind(n.map(|n| n.severity.as_str()))
                        .push_bind(n.map(|n| status(n.queued).as_str())).push_bind(n.and_then(|n| n.queued.reason()))
                        .push_bind(n.and_then(|n| n.queued.until()))
                        .push_bind(n.map(|n| n.now)).push_bind(n.map(|n| n.now)).push_bind(n.map(|n| n.now));
                });
                query.push(PRESENT).push(AGAIN).push(" returning id, status");
                query.build_query_as().fetch_all(conn).await
            })?;
            ids.extend(rows.into_iter().filter(|(_, status)| status == "pending").map(|(id, _)| id));
        }
        Ok(ids)
    }
}

const fn status(queued: Queued) -> NotificationStatus {
    match queued {
        Queued::Pending => NotificationStatus::Pending,
        Queued::Held { .. } => NotificationStatus::Held,
        Queued::Cancelled { .. } => NotificationStatus::Cancelled,
    }
}
