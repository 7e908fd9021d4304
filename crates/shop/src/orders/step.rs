//! What all steps share.
