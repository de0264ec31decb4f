//! Providers as data: how each one signs, identifies and describes its webhooks, with one TOML file per provider.
//!
//! Pure: no async, no clock, no database, no network. `catalog` loads packs, `sign` signs, `map` maps payloads to drafts.

mod catalog;
mod clean;
mod draft;
mod filters;
#[cfg(test)]
mod golden;
mod handshake;
mod hash;
mod identify;
mod json_text;
mod map;
mod pack;
mod recipe;
mod reformat_json;
mod rule;
mod sample;
mod scan;
mod settings;
mod sign;
mod timestamp;
mod usual;
#[cfg(test)]
pub mod vectors;

pub use catalog::{Catalog, fixture, read_pack, sample_type};
pub use clean::{clean_line, clean_text, cut};
pub use draft::{Action, Draft, Kind, Order};
pub use handshake::{GetHandshake, Reply, reply, reply_unsigned};
pub use hash::{decode_key, decode_signature, mac};
pub use identify::{Identify, Identity};
pub use json_text::{is_form, json_text};
pub use map::{Delivery, Mapper};
pub use pack::{LARGEST_BODY, Pack, Status};
pub use recipe::{Algorithm, Auth, Encoding, KeyForm, Part, Recipe, Scheme, TimestampUnit};
pub use reformat_json::reformat_json;
pub use sample::{sample_headers, sign_sample, with_fresh_id};
pub use scan::scan;
pub use settings::Settings;
pub use sign::{Content, Signed, TOKEN, ToSign, sign};
pub use timestamp::{parse_stamp, write_stamp};
