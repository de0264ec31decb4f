//! Types shared by server and browser: one file per noun, fields named like their database columns.

mod text_enum;

pub mod access;
pub mod activity;
mod alert;
mod alert_query;
mod arranged;
mod chart;
pub mod earlier;
mod event;
pub mod health;
pub mod list;
pub mod live;
mod mapping;
pub mod notification;
pub mod number;
pub mod overview;
pub mod page;
pub mod quarantine;
pub mod saved;
mod source;
pub mod stats;
pub mod time;
pub mod user;
mod view;
pub mod words;

pub use access::{About, AuditQuery, AuditRow, CreatedToken, NewToken, NewUser, Retention, Token, UserUpdate};
pub use activity::{Activity, ActivityKind, TimelineQuery};
pub use alert::{Alert, AlertDetail, AlertKind, AlertState, Severity};
pub use alert_query::{AlertChange, AlertQuery, Selection, UNASSIGNED};
pub use arranged::{AlertGroup, AlertGroups, AlertSort, MOST_ARRANGED, MOST_SORTED, labels_of};
pub use chart::{ChartSpan, bucketed};
pub use earlier::{Earlier, median_duration};
pub use event::{Event, EventDetail, EventQuery, EventStatus, Mapping, Verdict};
pub use health::{Check, CheckStatus, Checks, Health};
pub use list::List;
pub use live::{Frame, FrameKind};
pub use mapping::{ChosenFields, FIELDS, FieldMapping, FieldPart, MappedAlert, TriedEvent};
pub use notification::{
    Channel, ChannelKind, ChannelTest, ChannelUpdate, NewChannel, Notification, NotificationKind, NotificationQuery,
    NotificationStatus,
};
pub use number::MOST_COUNTED;
pub use overview::{AlertList, Changed, Numbers, Overview, Shell, SourceName};
pub use page::{Cursor, Page};
pub use quarantine::{QuarantineQuery, RefusedDetail, RefusedRequest, RefusedSelection, Retried, RetriedOne};
pub use saved::{ListPage, SavedFilter};
pub use source::{
    CreatedSource, NewSource, ProviderGroup, ProviderInfo, Source, SourceContents, SourceUpdate, free_slug, slug_of,
};
pub use stats::{Hour, SourceStats, Stats, UndeliveredReason, received_since};
pub use user::{Actor, Role, User};
pub use view::{
    AddedSource, Administration, ChannelRow, EventList, EventView, MessagePreview, NotificationList, RefusedList,
    Rotated, SourceActivity, SourceForm, SourceRow, SourceSetup, Tested,
};
