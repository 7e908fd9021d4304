//! One row of a file: its text as it stood there and where its cells are in it. Records of JSON and XML become such
//! rows too, so that everything after this is the same for all files.

use std::io::{self, Read, Write};

/// Between the parts of a list in one cell of a JSON or XML record.
pub(crate) const LIST: char = '\u{1f}';

const ABSENT: (u32, u32) = (u32::MAX, u32::MAX);

/// A row and its cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) file: u8,
    pub(crate) line: u64,
    /// The row as it stood in the file, and after it those cells that are written otherwise there.
    pub(crate) text: String,
    pub(crate) raw: usize,
    pub(crate) cells: Vec<(u32, u32)>,
}

impl Row {
    /// The row as it stood in the file, without its line end; empty for all but the first row of a nested record.
    pub(crate) fn raw(&self) -> &str {
        &self.text[..self.raw]
    }

    /// `None` where this record has no such field, or the row is too short for the column.
    pub(crate) fn cell(&self, column: u32) -> Option<&str> {
        match self.cells.get(column as usize) {
            Some(&(start, end)) if start != u32::MAX => Some(&self.text[start as usize..end as usize]),
            _ => None,
        }
    }

    pub(crate) fn push(&mut self, cell: Option<&str>) {
        let Some(cell) = cell else { return self.cells.push(ABSENT) };
        let start = self.text.len() as u32;
        self.text.push_str(cell);
        self.cells.push((start, self.text.len() as u32));
    }

    pub(crate) fn size(&self) -> usize {
        self.text.len() + self.cells.len() * 8 + 64
    }

    /// For a file of our own that is read back at once, so its form may change at any time.
    pub(crate) fn write(&self, ordinal: u32, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&ordinal.to_le_bytes())?;
        out.write_all(&[self.file])?;
        out.write_all(&self.line.to_le_bytes())?;
        for number in [self.text.len(), self.raw, self.cells.len()] {
            out.write_all(&(number as u32).to_le_bytes())?;
        }
        out.write_all(self.text.as_bytes())?;
        for (start, end) in &self.cells {
            out.write_all(&start.to_le_bytes())?;
            out.write_all(&end.to_le_bytes())?;
        }
        Ok(())
    }

    /// `None` at the end of the file.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<(u32, Self)>> {
        let mut number = [0; 4];
        match from.read_exact(&mut number) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        let ordinal = u32::from_le_bytes(number);
        let mut file = [0; 1];
        from.read_exact(&mut file)?;
        let mut line = [0; 8];
        from.read_exact(&mut line)?;
        let mut next = |from: &mut dyn Read| -> io::Result<u32> {
            from.read_exact(&mut number)?;
            Ok(u32::from_le_bytes(number))
        };
        let (length, raw, count) = (next(from)?, next(from)?, next(from)?);
        let mut text = vec![0; length as usize];
        from.read_exact(&mut text)?;
        let text = String::from_utf8(text).map_err(io::Error::other)?;
        let mut cells = Vec::with_capacity(count as usize);
        for _ in 0..count {
            cells.push((next(from)?, next(from)?));
        }
        let line = u64::from_le_bytes(line);
        Ok(Some((ordinal, Self { file: file[0], line, text, raw: raw as usize, cells })))
    }
}
