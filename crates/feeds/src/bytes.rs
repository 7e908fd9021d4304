//! The bytes of a file as UTF-8, whatever they are on the disk: unpacked, within bounds, and out of other encodings.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::bufread::MultiGzDecoder;

use crate::bounds::Bounds;
use crate::error::Error;

const BUFFER: usize = 128 * 1024;

/// How the characters of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16 by its byte order mark, low bytes first.
    Utf16Le,
    /// UTF-16 by its byte order mark, high bytes first.
    Utf16Be,
    /// What is no UTF-8 and has no byte order mark is taken for the code page of Western Windows.
    Windows1252,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Windows1252 => "Windows-1252",
        })
    }
}

/// Reads the whole file once to learn its encoding: a byte that is no UTF-8 may stand in the last line.
pub(crate) fn encoding(path: &Path, bounds: &Bounds) -> Result<Encoding, Error> {
    let broken = |error| of_io(path, error);
    let mut file = unpacked(path, bounds)?;
    let mut buffer = vec![0; BUFFER];
    let mut kept = fill(&mut file, &mut buffer).map_err(broken)?;
    for (mark, encoding) in [
        (&b"\xff\xfe"[..], Encoding::Utf16Le),
        (b"\xfe\xff", Encoding::Utf16Be),
        (b"\xef\xbb\xbf", Encoding::Utf8),
    ] {
        if buffer[..kept].starts_with(mark) {
            return Ok(encoding);
        }
    }
    let (mut wide, mut wrong) = (0_u64, 0_u64);
    loop {
        let is_last = kept < buffer.len();
        let mut rest = &buffer[..kept];
        let mut left = 0;
        while !rest.is_ascii() {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    wide += text.bytes().filter(|byte| *byte >= 0xc0).count() as u64;
                    break;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    wide += good.iter().filter(|byte| **byte >= 0xc0).count() as u64;
                    match error.error_len() {
                        // A character may go on in the next piece.
                        None if !is_last => {
                            left = bad.len();
                            break;
                        }
                        length => {
                            wrong += 1;
                            rest = &bad[length.unwrap_or(bad.len())..];
                        }
                    }
                }
            }
        }
        if is_last {
            break;
        }
        buffer.copy_within(kept - left..kept, 0);
        kept = left + fill(&mut file, &mut buffer[left..]).map_err(broken)?;
    }
    // A file of UTF-8 with a few broken rows is still UTF-8: those rows are refused, and the others are right.
    Ok(if wrong > 0 && wide < wrong * 10 { Encoding::Windows1252 } else { Encoding::Utf8 })
}

fn fill(file: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// The file as UTF-8 without a byte order mark.
pub(crate) fn open(path: &Path, encoding: Encoding, bounds: &Bounds) -> Result<Box<dyn Read + Send>, Error> {
    let mut file = BufReader::with_capacity(BUFFER, unpacked(path, bounds)?);
    let decoder = match encoding {
        Encoding::Utf8 => {
            if file.fill_buf().map_err(|error| of_io(path, error))?.starts_with(b"\xef\xbb\xbf") {
                file.consume(3);
            }
            return Ok(Box::new(file));
        }
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
        Encoding::Windows1252 => WINDOWS_1252,
    };
    debug_assert_ne!(decoder, UTF_8);
    Ok(Box::new(Decoded { inner: file, decoder: decoder.new_decoder_with_bom_removal(), is_done: false }))
}

struct Decoded<R> {
    inner: BufReader<R>,
    decoder: Decoder,
    is_done: bool,
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // The decoder writes whole characters only; a reader that asks for fewer bytes than one has is not ours.
        while !self.is_done {
            let input = self.inner.fill_buf()?;
            let is_last = input.is_empty();
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, out, is_last);
            self.inner.consume(read);
            self.is_done = is_last && result == encoding_rs::CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

/// The bytes of a file that may be packed by gzip.
fn unpacked(path: &Path, bounds: &Bounds) -> Result<Box<dyn Read + Send>, Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    // Asked before it is opened: a pipe would be waited for, and `/dev/zero` has no end.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        let reason =
            "is no file that can be read more than once: save what comes out of a pipe first".to_owned();
        return Err(Error::Broken { file: name_of(path), line: 0, reason });
    }
    let mut file = BufReader::with_capacity(BUFFER, File::open(path).map_err(unreadable)?);
    let start = file.fill_buf().map_err(unreadable)?;
    if start.starts_with(b"PK\x03\x04") {
        let reason = "is a zip archive or a spreadsheet: unpack it, or save it as CSV".to_owned();
        return Err(Error::Broken { file: name_of(path), line: 0, reason });
    }
    if !start.starts_with(b"\x1f\x8b") {
        return Ok(Box::new(file));
    }
    let packed = Counted { inner: file, read: 0 };
    Ok(Box::new(Unpacked { inner: MultiGzDecoder::new(packed), written: 0, bounds: *bounds }))
}

/// Ends a file that unpacks to far more than any catalogue does.
struct Unpacked {
    inner: MultiGzDecoder<Counted>,
    written: u64,
    bounds: Bounds,
}

impl Read for Unpacked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => io::Error::other("is cut off: what it has packed goes on"),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                io::Error::other(format!("is packed by gzip and damaged: {error}"))
            }
            _ => error,
        })?;
        self.written += read as u64;
        let packed = self.inner.get_ref().read;
        let Bounds { unpacked_bytes, unpacked_ratio, .. } = self.bounds;
        if self.written > unpacked_bytes {
            return Err(io::Error::other(format!("unpacks to more than {unpacked_bytes} bytes")));
        }
        if self.written > 32 * 1024 * 1024 && self.written / unpacked_ratio > packed {
            return Err(io::Error::other(format!("unpacks to more than {unpacked_ratio} times its size")));
        }
        Ok(read)
    }
}

struct Counted {
    inner: BufReader<File>,
    read: u64,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.read += read as u64;
        Ok(read)
    }
}

impl BufRead for Counted {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.read += bytes as u64;
        self.inner.consume(bytes);
    }
}

/// A file that cannot be read on, be it for the disk or for what is in it.
pub(crate) fn of_io(path: &Path, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::Other => Error::Broken { file: name_of(path), line: 0, reason: error.to_string() },
        _ => Error::Unreadable { path: path.to_owned(), source: error },
    }
}

/// The name of a file without its folder, for messages.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
