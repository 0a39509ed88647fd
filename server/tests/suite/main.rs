//! The server's tests: a real server on a free port, over HTTP and WebSocket. One binary, so that it links once.

mod assets;
mod auth;
mod bad_input;
mod contacts;
mod harness;
mod invitations;
mod lifecycle;
mod messages;
mod sockets;
