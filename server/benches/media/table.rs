//! What was measured, as a table.

use crate::common::median;
use crate::common::table::{Aim, Floor, Row, Table};
use crate::transfer::Transfer;
use crate::{AT_ONCE, Figures, ROUNDS, SLICE, Sizes};

const TABLE: Table = Table { floors: [("stream", "stream"), ("stream + SHA-256", "hashing")] };

pub fn print(figures: &[Figures; 3], sizes: Sizes) {
    let row = |what: &str, unit, of: &dyn Fn(&Figures) -> Option<f64>, aim| Row {
        what: what.to_owned(),
        unit,
        values: figures.each_ref().map(of),
        aim,
    };
    let rate = |what: &str, of: fn(&Figures) -> &[Transfer], aim| {
        row(what, "MiB/s", &|figures| measured(of(figures)).map(|of| median(of, Transfer::rate)), aim)
    };
    let work = |what: &str, of: fn(&Figures) -> &[Transfer]| {
        row(what, "s", &|figures| measured(of(figures)).map(|of| median(of, Transfer::work)), Aim::None)
    };
    let growth = |what: &str, of: fn(&Figures) -> &[Transfer]| {
        let most = |of: &[Transfer]| of.iter().map(Transfer::growth).fold(0.0, f64::max);
        row(what, "MiB", &|figures| measured(of(figures)).map(most), Aim::AtMost(16.0))
    };
    let of_stream = || Aim::AtLeastTimes(0.8, Floor::First);
    let rows = [
        rate("upload", |of| &of.uploads, of_stream()),
        rate("upload in slices", |of| &of.sliced, Aim::None),
        rate("download", |of| &of.downloads, of_stream()),
        rate("uploads at once", |of| &of.uploads_at_once, Aim::None),
        rate("downloads at once", |of| &of.downloads_at_once, Aim::None),
        work("upload, work a GiB", |of| &of.uploads),
        work("download, work a GiB", |of| &of.downloads),
        growth("memory: upload", |of| &of.uploads),
        growth("memory: upload in slices", |of| &of.sliced),
        growth("memory: download", |of| &of.downloads),
        growth("memory: uploads at once", |of| &of.uploads_at_once),
        growth("memory: downloads at once", |of| &of.downloads_at_once),
    ];
    println!(
        "\nOne file of {} MiB, {ROUNDS} times, in slices of {} MiB where it says so; {AT_ONCE} of {} MiB at once.\n\
         All is on the disk before it is answered for; what is had is still in the system's cache. Rates and work:\n\
         medians. Memory: the most that was resident above what was at rest, the largest of all times.\n",
        sizes.large >> 20,
        SLICE >> 20,
        sizes.each >> 20,
    );
    TABLE.print(&rows);
}

fn measured(transfers: &[Transfer]) -> Option<&[Transfer]> {
    Some(transfers).filter(|transfers| !transfers.is_empty())
}
