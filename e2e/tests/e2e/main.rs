//! People in real browsers, talking over a real server. `cargo xtask test e2e` runs them.

mod accessibility;
mod away;
mod browser;
mod clock;
mod crash;
mod disappearing;
mod formatting;
mod forms;
mod friends;
mod groups;
mod handling;
mod history;
mod joining;
mod keys;
mod long_dialog;
mod long_list;
mod marks;
mod offline;
mod panes;
mod person;
mod search;
mod server;
mod storage;
mod tabs;
mod talking;
mod wait;
