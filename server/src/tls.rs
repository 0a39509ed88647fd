//! By what this process speaks TLS.

use tokio_rustls::rustls::crypto::ring;

/// Has whatever in this process makes a TLS client without choosing for itself use ring, as the rest of Kith does. Doing
/// it twice is doing it once.
pub fn use_ring() {
    // Refused where it was done before.
    let _ = ring::default_provider().install_default();
}
