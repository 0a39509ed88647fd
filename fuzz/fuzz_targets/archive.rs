//! An archive is read without a panic whatever is in it, gives no more than it holds, and is read again as it is written.
#![no_main]

use kith_shared::archive;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    // Nobody guesses the sum of a header: what follows one is anything, too.
    let claimed = bytes.first().map_or(0, |first| u64::from(*first) * 7);
    read(&[&archive::header("a", claimed)[..], bytes].concat());
    let whole = write(&[("a", bytes), ("none", b""), ("b", bytes)]);
    assert_eq!(archive::files(&whole), Ok(vec![("a", bytes), ("none", b""), ("b", bytes)]));
});

fn read(bytes: &[u8]) {
    let Ok(files) = archive::files(bytes) else { return };
    assert!(files.iter().map(|(_, file)| file.len()).sum::<usize>() <= bytes.len());
    let again = write(&files);
    assert_eq!(archive::files(&again).as_ref(), Ok(&files));
}

fn write(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, file) in files {
        archive.extend(archive::header(name, file.len() as u64));
        archive.extend(*file);
        archive.resize(archive.len() + archive::padding(file.len() as u64), 0);
    }
    archive.extend(archive::END);
    assert_eq!(archive.len() as u64, archive::length(files.iter().map(|(_, file)| file.len() as u64)));
    archive
}
