//! The Chat Server Engine of Kith.
//!
//! Data goes one way: route → store → bus → hub → socket. Nothing lower imports something higher.

pub mod admin;
mod agent;
pub mod app;
mod assets;
pub mod backup;
pub mod bus;
pub mod error;
mod expirer;
pub mod export;
pub mod import;
mod indexer;
mod listen;
mod login_attempts;
pub mod media;
pub mod memory;
pub mod metrics;
pub mod open_files;
mod openapi;
pub mod origins;
pub mod outgoing;
mod password;
mod posting;
mod presence;
pub mod previews;
pub mod push;
mod rest;
mod revocations;
mod scheduled;
mod scheduler;
mod security;
pub mod serve;
mod settings;
pub mod socket;
pub mod stickers;
pub mod store;
mod time;
pub mod tls;
mod token;
mod turns;
