//! Providers as data: how each signs, names and means its webhooks, one TOML file per provider.
//!
//! Pure: no async, no clock, no database, no network. Loading is `catalog`, signing `sign`, meaning `map`.

mod catalog;
mod clean;
mod draft;
mod filters;
#[cfg(test)]
mod golden;
mod identify;
mod json_text;
mod map;
mod pack;
mod recipe;
mod rule;
mod sample;
mod scan;
mod settings;
mod sign;

pub use catalog::{Catalog, fixture};
pub use clean::{clean_line, clean_text, cut};
pub use draft::{Action, Draft};
pub use identify::{Identify, Identity};
pub use json_text::json_text;
pub use map::{Delivery, Mapper};
pub use pack::Pack;
pub use recipe::{Algorithm, Encoding, KeyForm, Recipe};
pub use sample::{sample_headers, with_fresh_id};
pub use settings::Settings;
pub use sign::{Signed, decode_key, decode_signature, mac, sign, signed_content};
