//! The `kith` command, run to its end.

use std::ffi::OsStr;
use std::process::Output;

use tokio::process::Command;

use crate::harness::PATIENCE;

/// The command with these arguments.
pub fn kith(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut kith = Command::new(env!("CARGO_BIN_EXE_kith"));
    kith.args(arguments);
    kith
}

pub async fn ended(mut kith: Command) -> Output {
    tokio::time::timeout(PATIENCE, kith.output()).await.expect("it ends").unwrap()
}

/// What it prints when it has done what it was asked.
pub async fn done(kith: Command) -> String {
    let output = ended(kith).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What it says when it can't; nothing else is printed.
pub async fn refused(kith: Command) -> String {
    let Output { status, stdout, stderr } = ended(kith).await;
    assert_eq!((status.code(), String::from_utf8_lossy(&stdout).as_ref()), (Some(1), ""));
    String::from_utf8(stderr).unwrap()
}
