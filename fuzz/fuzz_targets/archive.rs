//! An archive is read without a panic whatever is in it, gives no more than it holds, and is read again as it is written.
#![no_main]

use kith_shared::archive;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(files) = archive::files(bytes) else { return };
    assert!(files.iter().map(|(_, file)| file.len()).sum::<usize>() <= bytes.len());
    let mut again = Vec::new();
    for (name, file) in &files {
        again.extend(archive::header(name, file.len() as u64));
        again.extend(*file);
        again.resize(again.len() + archive::padding(file.len() as u64), 0);
    }
    again.extend(archive::END);
    assert_eq!(archive::files(&again).as_ref(), Ok(&files));
    assert_eq!(again.len() as u64, archive::length(files.iter().map(|(_, file)| file.len() as u64)));
});
