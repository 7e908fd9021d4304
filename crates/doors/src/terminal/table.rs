//! Tables: columns for people, and lines that `grep` and `awk` can read when nobody is watching.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, LineStyle};

use super::Style;

/// Below this many columns wrapping makes a table harder to read than letting lines run over.
const NARROWEST: u16 = 60;

pub struct Table {
    table: comfy_table::Table,
    style: Style,
    right: Vec<bool>,
}

impl Table {
    /// A heading that starts with `>` belongs to a column of numbers, which is set right.
    pub fn new(style: Style, headings: &[&str]) -> Self {
        let right: Vec<bool> = headings.iter().map(|heading| heading.starts_with('>')).collect();
        let mut table = comfy_table::Table::new();
        if style.is_coloured() {
            let line = LineStyle::none().fill('─').junction('─');
            table.load_style(NOTHING.header_separator(line)).enforce_styling();
        } else {
            table.load_style(NOTHING).force_no_tty();
        }
        if table.is_tty() && table.width().is_some_and(|width| width >= NARROWEST) {
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        let cells = headings.iter().zip(&right).map(|(heading, right)| {
            let cell = aligned(Cell::new(heading.trim_start_matches('>')), *right);
            if style.is_coloured() { cell.add_attribute(Attribute::Bold) } else { cell }
        });
        let cells: Vec<Cell> = cells.collect();
        table.set_header(cells);
        Self { table, style, right }
    }

    pub fn row<T: ToString>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.coloured_row(cells.into_iter().map(|cell| (cell.to_string(), Tone::Plain)));
    }

    pub fn coloured_row(&mut self, cells: impl IntoIterator<Item = (String, Tone)>) {
        let cells = cells.into_iter().enumerate().map(|(column, (text, tone))| {
            let cell = aligned(Cell::new(text), self.right.get(column).copied().unwrap_or(false));
            match tone.colour() {
                Some(colour) if self.style.is_coloured() => cell.fg(colour),
                _ => cell,
            }
        });
        let cells: Vec<Cell> = cells.collect();
        self.table.add_row(cells);
    }

    pub fn render(&self) -> String {
        self.table.trim_fmt()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Warn,
    Bad,
    Dim,
}

impl Tone {
    fn colour(self) -> Option<comfy_table::Color> {
        match self {
            Self::Plain => None,
            Self::Good => Some(comfy_table::Color::Green),
            Self::Warn => Some(comfy_table::Color::Yellow),
            Self::Bad => Some(comfy_table::Color::Red),
            Self::Dim => Some(comfy_table::Color::DarkGrey),
        }
    }
}

fn aligned(cell: Cell, right: bool) -> Cell {
    if right { cell.set_alignment(CellAlignment::Right) } else { cell }
}
