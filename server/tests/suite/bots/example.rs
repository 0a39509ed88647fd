//! The example bot, as a program of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use kith_shared::frame::ServerFrame;

use crate::harness::TestServer;

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Built as it is now: a run of this test binary alone builds no examples.
fn example() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap();
    let build =
        Command::new(cargo).args(["build", "-q", "-p", "kith-server", "--example", "echo_bot"]).status();
    assert!(build.unwrap().success());
    Path::new(env!("CARGO_BIN_EXE_kith")).with_file_name("examples").join("echo_bot")
}

#[tokio::test]
async fn the_example_bot_answers_its_commands() {
    // Before anybody is connected: who says nothing for as long as that may take is taken for gone.
    let example = example();
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("echo").await;
    let direct = mia.opens_direct(bot.user.id).await;
    let mut socket = mia.connect().await;
    let arguments = [format!("ws://{}", server.address), bot.token.clone().unwrap()];
    let _running = Running(Command::new(example).args(arguments).spawn().unwrap());
    let came =
        |frame| matches!(frame, ServerFrame::Presence { user, online: true, .. } if user == bot.user.id);
    socket.hear_until(|frame| came(frame).then_some(())).await;
    socket.write(direct, "!ping").await;
    assert_eq!(socket.message().await.1, "pong");
    socket.write(direct, "not for it").await;
    socket.write(direct, "!echo hello there").await;
    assert_eq!(socket.message().await.1, "hello there");
}
