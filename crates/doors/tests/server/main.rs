//! The server as connections find it, with routes of the tests' own behind the gate: protocols, upgrades, bodies, keys.

mod bodies;
mod http2;
mod serving;
mod stopping;
mod tls;
mod upgrades;
