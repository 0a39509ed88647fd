//! Fuzzing what Kith reads by itself.

use anyhow::{Context, Result, ensure};

use crate::{debian, process, project, say};

/// What libFuzzer needs of the compiler: which parts of the code a text reached, and what it was compared with. The same
/// flags as cargo-fuzz gives, but for the sanitizers, which take a nightly compiler and find nothing in safe code.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// Runs one target for so many seconds; what it finds is kept in `fuzz/artifacts/`, what leads further in `fuzz/corpus/`.
pub fn run(target: &str, seconds: u32) -> Result<()> {
    let folder = project::root().join("fuzz");
    let exists = folder.join("fuzz_targets").join(target).with_extension("rs").is_file();
    ensure!(exists, "`{target}` is no fuzz target; `cargo xtask --help` lists them");
    if process::find("c++").is_none() && debian::is_here() {
        debian::install(&["g++"])?;
    }
    let triple = process::output(process::command("rustc").args(["--print", "host-tuple"]))
        .context("rustc does not say what it builds for")?;
    say::step(format_args!("building the fuzz target {target}"));
    let build = &mut process::cargo();
    build.current_dir(&folder).env("RUSTFLAGS", FLAGS);
    // With a target named, build scripts are compiled without the flags.
    process::run(build.args(["build", "--release", "--bin", target, "--target", &triple]))?;
    let (corpus, artifacts) = (folder.join("corpus").join(target), folder.join("artifacts").join(target));
    for kept in [&corpus, &artifacts] {
        std::fs::create_dir_all(kept).with_context(|| format!("{} can't be made", kept.display()))?;
    }
    say::step(format_args!("fuzzing {target} for {seconds} s"));
    let program = folder.join("target").join(triple).join("release").join(target);
    let fuzzer = &mut process::command(&program.to_string_lossy());
    fuzzer
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()));
    // A text of a message's length that takes longer than this is not parsed in linear time.
    process::run(fuzzer.args(["-max_len=16384", "-timeout=2"]).arg(&corpus))
}
