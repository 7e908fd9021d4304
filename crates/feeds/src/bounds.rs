//! How large a file and its parts may be. Beyond these it is refused in words, and memory stays small before that.

/// Bounds of what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Of one row of CSV, in bytes.
    pub row_bytes: usize,
    /// Of one record of JSON or XML, which has all of its variants in it, in bytes.
    pub record_bytes: usize,
    /// Values in one record of JSON, lists and objects among them.
    pub record_values: usize,
    /// Columns of a file, different fields of its records, and fields of one item of XML.
    pub columns: usize,
    /// How deep a JSON or XML document goes.
    pub depth: usize,
    /// Rows of one product: variants and pictures.
    pub product_rows: usize,
    /// All rows of one product together, in bytes.
    pub product_bytes: usize,
    /// What a packed file may unpack to, in bytes.
    pub unpacked_bytes: u64,
    /// How many times larger than packed it may be; catalogues are some ten times.
    pub unpacked_ratio: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            row_bytes: 1024 * 1024,
            record_bytes: 8 * 1024 * 1024,
            record_values: 500_000,
            columns: 4_000,
            depth: 64,
            product_rows: 10_000,
            product_bytes: 16 * 1024 * 1024,
            unpacked_bytes: 64 * 1024 * 1024 * 1024,
            unpacked_ratio: 250,
        }
    }
}
