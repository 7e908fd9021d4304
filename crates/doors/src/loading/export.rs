//! `souk export`.

use std::fs::File;
use std::io::{BufWriter, ErrorKind};
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use souk_feeds::write::{Form, Shop as About};
use souk_shop::loading::{self, Error};

use crate::App;
use crate::cli::Ended;
use crate::gate::Problem;
use crate::loading::cli::unless_interrupted;
use crate::terminal::{Progress, Terminal};

#[derive(Debug, Subcommand)]
pub enum Export {
    /// All products with their variants: to move them, to keep them, or to tell others what is for sale
    Products(ExportProducts),
}

#[derive(Debug, clap::Args)]
pub struct ExportProducts {
    /// In which form: `souk` keeps everything and is imported as it was
    #[arg(long, value_enum, default_value_t = Format::Souk)]
    format: Format,
    /// Where to write it; to standard output otherwise
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The address of the shop, for the addresses of products and pictures in all forms but souk's own
    #[arg(long, value_name = "URL", required_if_eq_any = [("format", "shopify"), ("format", "google"), ("format", "google-tsv"), ("format", "acp")])]
    url: Option<String>,
    /// The name of the shop, as feeds tell it
    #[arg(long, default_value = "souk")]
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One product a line, as JSON
    Souk,
    /// Shopify's CSV
    Shopify,
    /// Google Merchant, XML
    Google,
    /// Google Merchant, text with tabs
    GoogleTsv,
    /// The feed of the Agentic Commerce Protocol, as JSON lines
    Acp,
}

impl From<Format> for Form {
    fn from(format: Format) -> Self {
        match format {
            Format::Souk => Form::Souk,
            Format::Shopify => Form::Shopify,
            Format::Google => Form::GoogleXml,
            Format::GoogleTsv => Form::GoogleTsv,
            Format::Acp => Form::Acp,
        }
    }
}

pub(crate) async fn export(
    Export::Products(wanted): Export,
    app: &App,
    terminal: Terminal,
) -> Result<Ended, Problem> {
    let about = About {
        name: wanted.name,
        url: wanted.url.unwrap_or_default(),
        currency: app.shop.rules.currency.code().to_owned(),
    };
    let bar = Progress::new(terminal, "products");
    let mut progress = |at: loading::Progress| bar.at(at.done, at.total);
    let form = Form::from(wanted.format);
    let Some(path) = wanted.out else {
        let out = BufWriter::new(std::io::stdout());
        let work = async {
            match loading::export_products(&app.shop, form, about, out, &mut progress).await {
                // A reader that has gone away (`| head`) has seen enough.
                Err(Error::Unwritable { source, .. }) if source.kind() == ErrorKind::BrokenPipe => Ok(()),
                other => other.map(|_| ()),
            }
        };
        unless_interrupted("the export", work).await?;
        return Ok(Ended::Well);
    };
    let unwritable = |source| Error::Unwritable { path: path.clone(), source };
    // A file has its name when it is complete and on the disk.
    let unfinished = beside(&path);
    let out = BufWriter::new(File::create(&unfinished).map_err(unwritable)?);
    let work = loading::export_products(&app.shop, form, about, out, &mut progress);
    let (written, out) = match unless_interrupted("the export", work).await {
        Ok(done) => done,
        Err(problem) => {
            // It is of no use to anyone; if it cannot be removed, the next export overwrites it.
            let _ = std::fs::remove_file(&unfinished);
            return Err(problem);
        }
    };
    let file = out.into_inner().map_err(|error| unwritable(error.into_error()))?;
    file.sync_all().and_then(|()| std::fs::rename(&unfinished, &path)).map_err(unwritable)?;
    drop(bar);
    let answer = serde_json::json!({ "products": written, "file": path });
    terminal.answer(&answer, |_| format!("{written} products are in {}.", path.display()))?;
    Ok(Ended::Well)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    path.with_file_name(name)
}
