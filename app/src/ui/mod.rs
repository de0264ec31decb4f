//! Small parts over semantic HTML. They take plain data and signals, and never fetch.

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
pub mod pill;
pub mod problem;
pub mod spark;
pub mod text;
pub mod tile;

pub use age::Age;
pub use badge::{Severities, SeverityBadge, StateMark};
pub use banner::{ConnectionLost, ErrorBanner};
pub use copy::CopyField;
pub use empty::{Empty, Step};
pub use field::Field;
pub use icon::{Brand, Icon, Mark};
pub use problem::Problem;
