//! How a cart lies in the cache.
