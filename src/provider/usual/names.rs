//! The names of fields that senders use, the most telling first.

use super::find::Names;

/// Names of what is a title already.
pub const TITLE: Names = &["title", "subject", "summary", "headline", "alert_title", "alertTitle", "event_title"];

/// Names of the check, rule or monitor that an alert is about.
pub const NAME: Names = &[
    "alertname",
    "alert_name",
    "alertName",
    "alert",
    "rule_name",
    "ruleName",
    "rule",
    "check_name",
    "checkName",
    "check",
    "monitor_name",
    "monitorName",
    "monitorFriendlyName",
    "monitor",
    "condition_name",
    "policy_name",
    "problem",
    "displayName",
    "name",
];

/// Names of a text for people.
pub const TEXT: Names = &[
    "message",
    "msg",
    "text",
    "output",
    "description",
    "details",
    "body",
    "content",
    "reason",
    "error",
    "result_description",
];

/// Names of where it happens.
pub const HOST: Names =
    &["host", "hostname", "host_name", "instance", "node", "server", "device", "machine", "resource", "pod"];

pub const SEVERITY: Names =
    &["severity", "level", "priority", "urgency", "sev", "criticality", "importance", "alert_level", "log_level"];

pub const STATE: Names = &[
    "status",
    "state",
    "current_state",
    "currentState",
    "alert_state",
    "alertState",
    "alert_status",
    "monitor_status",
    "monitorStatus",
    "incident_state",
    "new_state",
    "newState",
    "transition",
    "conclusion",
    "result",
    "trigger",
    "action",
];

/// Names of what is the same in every message about one problem.
pub const KEY: Names = &[
    "dedup_key",
    "dedupKey",
    "fingerprint",
    "key",
    "alias",
    "incident_key",
    "correlation_id",
    "group_key",
    "groupKey",
    "alert_key",
    "alert_id",
    "alertId",
    "incident_id",
    "incidentId",
    "check_id",
    "checkId",
    "monitor_id",
    "monitorId",
    "monitorID",
    "issue_id",
    "problem_id",
    "problemId",
    "trigger_id",
    "triggerid",
    "rule_id",
    "ruleId",
];
