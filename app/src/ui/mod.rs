//! Small parts over semantic HTML. They take plain data and signals, and never fetch.

pub mod address;
pub mod age;
pub mod alert_row;
pub mod badge;
pub mod banner;
pub mod chart;
pub mod copy;
pub mod empty;
pub mod field;
pub mod health;
pub mod icon;
pub mod json;
pub mod keys;
pub mod list;
pub mod pill;
pub mod problem;
pub mod skeleton;
pub mod spark;
pub mod task;
pub mod text;
pub mod tile;
pub mod toast;

pub use address::Address;
pub use age::Age;
pub use badge::{Muted, Occurrences, Severities, SeverityBadge, StateMark, StatusBadge};
pub use banner::{ConnectionLost, ErrorBanner};
pub use copy::CopyField;
pub use empty::{Empty, Step};
pub use field::{Field, error_of};
pub use icon::{Brand, Icon, Mark};
pub use problem::Problem;
pub use skeleton::Skeleton;
pub use spark::MiniSpark;
pub use task::Task;
pub use toast::{ToastBar, Toasts};
