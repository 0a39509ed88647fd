//! What it costs when there is more: of people who come back at once, of what they do at a time, of history, members and
//! conversations. What a message costs has to stay as it is.

#[expect(dead_code, reason = "the other benchmarks use the rest")]
#[path = "../common/mod.rs"]
mod common;
mod curves;
mod mixed;
mod people;
mod plot;
#[expect(dead_code, reason = "the load benchmark uses the rest")]
#[path = "../load/seat.rs"]
mod seat;
mod storm;

use std::path::Path;

use anyhow::Result;
use common::process::let_in_many;
use tokio::runtime::Runtime;

fn main() -> Result<()> {
    let runtime = Runtime::new()?;
    let_in_many(storm::DEVICES)?;
    let storm = runtime.block_on(storm::measure())?;
    storm.print();
    runtime.block_on(mixed::measure())?.print();
    let curves = runtime.block_on(curves::measure())?;
    println!("\nWhat a message costs as there is more (microseconds of the server's processor time):\n");
    curves.iter().for_each(curves::Curve::print);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/plots");
    std::fs::create_dir_all(&folder)?;
    for curve in &curves {
        let file = folder.join(format!("{}.svg", curve.name));
        std::fs::write(&file, plot::svg(curve))?;
        println!("drawn: docs/plots/{}.svg", curve.name);
    }
    Ok(())
}
