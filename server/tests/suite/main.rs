//! The server's tests: a real server on a free port, over HTTP and WebSocket. One binary, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the lints' own exception ends at #[test] functions, and helpers of tests may fail a test too"
)]

mod admin;
mod assets;
mod auth;
mod backups;
mod bad_input;
mod bots;
mod changes;
mod command;
mod contacts;
mod disappearing;
mod encrypted;
mod exports;
mod groups;
mod harness;
mod imports;
mod invitations;
mod joining;
mod lifecycle;
mod marks;
mod media;
mod messages;
mod metrics;
mod moderation;
mod notes;
mod notices;
mod openapi;
mod polls;
mod presence;
mod previews;
mod privacy;
mod protocol;
mod push;
mod replies;
mod roles;
mod scheduled;
mod search;
mod sessions;
mod settings;
mod sockets;
mod stickers;
