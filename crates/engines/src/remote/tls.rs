//! The cryptography behind TLS. Drivers bring two implementations into the program, and the one they share TLS through
//! panics when nobody has chosen between them.

use std::sync::Once;

/// Chooses for the whole process, unless somebody has; to be called before a driver connects with TLS.
pub(crate) fn choose_provider() {
    static CHOSEN: Once = Once::new();
    // The error says that there is one already, which is just as well.
    CHOSEN.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}
