//! The files of a catalogue, and of what people tell of it: souk's own, which are compiled in, or those of a folder.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{Error, told};

/// The largest file that is loaded; `import` takes larger ones.
const MAX_MIB: u64 = 256;

/// The order in which they are loaded: what is referred to comes first.
pub(super) const NAMES: [&str; 5] =
    ["users.csv", "categories.csv", "sellers.csv", "products.csv", "variants.csv"];

/// The contents of the files that are there.
#[derive(Debug, Clone, Default)]
pub struct Files {
    pub(super) source: String,
    pub(super) contents: [Option<Cow<'static, [u8]>>; 5],
    /// Reviews, specifications and profiles.
    pub(super) told: [Option<Cow<'static, [u8]>>; 3],
}

impl Files {
    /// The catalogue that ships with souk.
    pub fn artisan() -> Self {
        let file = |bytes: &'static [u8]| Some(Cow::Borrowed(bytes));
        Self {
            source: "artisan".to_owned(),
            contents: [
                file(include_bytes!("../../../../data/artisan/users.csv")),
                file(include_bytes!("../../../../data/artisan/categories.csv")),
                file(include_bytes!("../../../../data/artisan/sellers.csv")),
                file(include_bytes!("../../../../data/artisan/products.csv")),
                file(include_bytes!("../../../../data/artisan/variants.csv")),
            ],
            told: [
                file(include_bytes!("../../../../data/artisan/reviews.json")),
                file(include_bytes!("../../../../data/artisan/specifications.json")),
                file(include_bytes!("../../../../data/artisan/profiles.json")),
            ],
        }
    }

    /// The files of a folder; those that are not there are left out, but one must be.
    pub fn from_dir(dir: &Path) -> Result<Self, Error> {
        let (mut contents, mut told) = ([const { None }; 5], [const { None }; 3]);
        let names = NAMES.into_iter().chain(told::NAMES);
        for (name, content) in names.zip(contents.iter_mut().chain(&mut told)) {
            let path = dir.join(name);
            let unreadable = |source| Error::Unreadable { path: path.clone(), source };
            let size = match std::fs::metadata(&path) {
                Ok(metadata) => metadata.len(),
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(unreadable(error)),
            };
            if size > MAX_MIB * 1024 * 1024 {
                return Err(Error::TooLarge { file: path.display().to_string(), max_mib: MAX_MIB });
            }
            *content = Some(Cow::Owned(std::fs::read(&path).map_err(unreadable)?));
        }
        if contents.iter().chain(&told).all(Option::is_none) {
            return Err(Error::NoFiles { dir: dir.to_owned() });
        }
        let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
        Ok(Self { source: format!("files:{}", absolute.display()), contents, told })
    }

    /// The catalogue alone.
    pub fn without_told(self) -> Self {
        Self { told: Default::default(), ..self }
    }

    /// SHA-256 over all contents, in hexadecimal.
    pub(super) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let names = NAMES.iter().chain(&told::NAMES);
        for (name, content) in names.zip(self.contents.iter().chain(&self.told)) {
            if let Some(content) = content {
                hash.update(format!("{name} {}\n", content.len()));
                hash.update(content);
            }
        }
        hex(&hash.finalize())
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
