//! What the allocator gives back.

/// Large blocks are mapped each for itself, and given back when they are freed. Left to itself glibc stops doing so
/// once it has seen one freed, and keeps the 19 MiB a password hash takes in every thread that ever made one: 800 MB
/// after a hundred people have logged in. For `main`, before any thread is started.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const LARGE: libc::c_int = 1024 * 1024;
        // What small blocks leave free is kept this far: giving it back and taking it again costs every message.
        const KEPT: libc::c_int = 8 * LARGE;
        for (name, value) in [(libc::M_MMAP_THRESHOLD, LARGE), (libc::M_TRIM_THRESHOLD, KEPT)] {
            // SAFETY: mallopt sets a number in the allocator, and nothing else runs yet.
            #[expect(unsafe_code, reason = "there is no other way to tell glibc")]
            let done = unsafe { libc::mallopt(name, value) };
            debug_assert_eq!(done, 1, "glibc takes the number");
        }
    }
}
