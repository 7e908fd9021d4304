//! The real program, from outside: processes, HTTP, the command line, crashes.

mod activity;
mod api;
mod authorization;
mod bad_input;
mod books;
mod chaos;
mod cli;
mod client;
mod contention;
mod crash;
mod meaning;
mod media;
mod own_writes;
mod power_loss;
mod process;
mod profile;
mod purchases;
mod rebuild;
mod recommendations;
mod reviews;
mod servers;
mod several;
mod souk;
mod store_file;
mod trouble;
