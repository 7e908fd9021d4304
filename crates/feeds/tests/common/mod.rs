//! Opening files of the tests, and texts as files.
#![allow(dead_code, reason = "each test uses some of it")]

use std::path::{Path, PathBuf};

use souk_feeds::shape::{Place, Product};
use souk_feeds::{Error, Item, Options, Reject, Source, Summary};

pub(crate) struct Read {
    pub(crate) products: Vec<Product>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) summary: Summary,
}

pub(crate) fn read(path: &Path, options: &Options) -> Result<Read, Error> {
    let mut source = Source::open(path, options)?;
    let (mut products, mut rejects) = (Vec::new(), Vec::new());
    while let Some(item) = source.next()? {
        match item {
            Item::Product(product, _) => products.push(*product),
            Item::Reject(reject) => rejects.push(reject),
        }
    }
    let summary = source.summary()?;
    Ok(Read { products, rejects, summary })
}

/// A text as a file in a folder that goes when it is dropped.
pub(crate) struct Given {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
}

pub(crate) fn given(name: &str, content: impl AsRef<[u8]>) -> Given {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("a file");
    Given { folder, path }
}

pub(crate) fn read_text(name: &str, content: impl AsRef<[u8]>) -> Result<Read, Error> {
    read(&given(name, content).path, &Options::default())
}

/// Without the lines where things stood, which differ between files that say the same.
pub(crate) fn placeless(mut products: Vec<Product>) -> Vec<Product> {
    for product in &mut products {
        product.place = Place::default();
        product.variants.iter_mut().for_each(|variant| variant.place = Place::default());
    }
    products
}
