//! The cryptography behind TLS: one implementation for all drivers (`ring`), because a second one is megabytes and minutes
//! of compiling C. What they share TLS through panics when nobody has chosen one.

use std::sync::Once;

/// Chooses for the whole process, unless somebody has; to be called before a driver connects with TLS.
pub(crate) fn choose_provider() {
    static CHOSEN: Once = Once::new();
    // The error says that there is one already, which is just as well.
    CHOSEN.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}
