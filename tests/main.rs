//! Integration tests: real parts, and the same suite on SQLite + in-process and on PostgreSQL + Redis.
//!
//! `cargo xtask test` names the servers; plain `cargo test` leaves out what needs them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod app;

mod access;
mod alertmanager;
mod api;
mod auth;
mod away;
mod bodies;
mod commands;
mod compatible;
mod connections;
mod crash;
mod fields;
mod hostile;
mod ingest;
mod layers;
mod live;
mod migrate;
mod nodes;
mod notify;
mod old;
mod process;
mod providers;
mod quarantine;
mod record;
mod redis;
mod replay;
mod roles;
mod schema;
mod search;
mod senders;
mod stop;
mod undo;
