//! Colour and weight, where they are wanted.

use std::fmt::Display;

use owo_colors::OwoColorize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    colour: bool,
}

macro_rules! styles {
    ($($(#[$doc:meta])* $name:ident => $($method:ident).+;)*) => {$(
        $(#[$doc])*
        pub fn $name(self, text: impl Display) -> String {
            if self.colour { text.$($method()).+.to_string() } else { text.to_string() }
        }
    )*};
}

impl Style {
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    pub fn is_coloured(self) -> bool {
        self.colour
    }

    styles! {
        /// The name of the thing that is shown.
        title => bold;
        /// What is there but matters less.
        dim => dimmed;
        good => green;
        bad => red;
        warn => yellow;
        /// What can be typed.
        code => cyan;
    }
}
