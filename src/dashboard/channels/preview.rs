//! What templates make of the newest problem.

use app::Error;
use app::types::{Alert, AlertKind, AlertQuery, ChannelKind, List, MessagePreview};

use crate::dashboard::Dashboard;
use crate::error::Result;
use crate::notify::preview;
use crate::notify::render::{Escape, Message, of_alert, sample};

impl Dashboard {
    pub(super) async fn preview(&self, kind: ChannelKind, template: &str, subject: &str) -> Result<MessagePreview> {
        let alert = self.newest_problem().await?;
        let app_url = self.ops.config.app_url();
        let message = alert.as_ref().map_or_else(|| sample(&app_url), |alert| of_alert(alert, &app_url));
        let message = Message { template: given(template), subject: given(subject), ..message };
        // A template that fails while it is sent gives way to the default form; here its error is wanted.
        for (field, text) in [("template", template), ("subject", subject)] {
            message.render(text, Escape::Nothing).map_err(|why| Error::invalid(format!("settings.{field}"), why))?;
        }
        let (subject, text) = preview(kind, &message);
        Ok(MessagePreview { subject, text, alert: alert.map(|alert| alert.title) })
    }

    async fn newest_problem(&self) -> Result<Option<Alert>> {
        let query = AlertQuery { kind: List(vec![AlertKind::Problem]), ..AlertQuery::default() };
        Ok(self.ops.db.list_alerts(&query, None, 1).await?.into_iter().next())
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
