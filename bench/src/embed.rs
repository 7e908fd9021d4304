//! The embedder beside PyTorch on the same processor: the same batches, two threads each, turn by turn.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use serde::Deserialize;
use souk_ports::embedder::Embedder;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// Texts that are embedded together.
const BATCH: usize = 64;
/// How often each side has its turn; the first is not counted, both grow warm in it.
const TURNS: usize = 6;
const QUERIES: [&str; 8] = [
    "something to keep my tea warm",
    "gift for a new home",
    "handmade jewelry",
    "eco-friendly kitchenware",
    "a warm thing to wear in winter",
    "toys for small children made of wood",
    "light for the reading corner",
    "blue vase",
];

type Batches = Vec<Vec<String>>;

pub(crate) async fn report(folder: &Path) -> anyhow::Result<()> {
    println!("\nEmbedding with all-MiniLM-L6-v2, turn by turn");
    let embedder =
        souk_engines::open("embedder", souk_engines::embedder::ENGINES, "minilm://", folder).await?;
    embedder.fetch(&|_, _| ()).await?;
    let mut torch = Torch::start().await;
    if let Err(error) = &torch {
        println!("  PyTorch: NOT MEASURED, {error:#}");
    }
    let mut torch = torch.as_mut().ok();
    let products = products()?;
    let names = products.iter().map(|product| product.name.clone()).collect();
    let texts = products.iter().map(|product| format!("{}. {}", product.name, product.description)).collect();
    let queries: Batches = QUERIES.iter().cycle().take(80).map(|query| vec![(*query).to_owned()]).collect();
    for (what, unit, batches) in [
        ("names of products", "titles/s", batches(names)),
        ("names with descriptions", "texts/s", batches(texts)),
        ("short queries one by one", "queries/s", queries),
    ] {
        let count = batches.iter().map(Vec::len).sum::<usize>();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for turn in 0..TURNS {
            let (seconds, last) = embed(&embedder, &batches).await?;
            let answer = match &mut torch {
                Some(torch) => Some(torch.embed(&batches).await?),
                None => None,
            };
            if let Some(answer) = &answer {
                let differences = last.iter().zip(&answer.last).map(|(one, other)| (one - other).abs());
                let largest = differences.fold(0.0, f32::max);
                ensure!(largest < 1e-4, "the vectors of {what} differ by {largest}");
            }
            if turn > 0 {
                ours.push(seconds);
                theirs.extend(answer.map(|answer| answer.seconds));
            }
        }
        let rate = |seconds: &mut Vec<f64>| count as f64 / median(seconds);
        let ours = rate(&mut ours);
        let alone = format!("  {count:>4} {what:<26} souk {ours:>6.0} {unit} ({:.2} ms each)", 1000.0 / ours);
        if theirs.is_empty() {
            println!("{alone}");
            continue;
        }
        let theirs = rate(&mut theirs);
        println!(
            "{alone}  PyTorch {theirs:>6.0} ({:.2} ms)  ratio {:.2} (goal 1.00)",
            1000.0 / theirs,
            ours / theirs
        );
    }
    Ok(())
}

#[derive(Deserialize)]
struct Product {
    name: String,
    description: String,
}

fn products() -> anyhow::Result<Vec<Product>> {
    let mut file = csv::Reader::from_path("data/artisan/products.csv")?;
    Ok(file.deserialize().collect::<Result<_, _>>()?)
}

/// Sorted by length, as suits who pads them.
fn batches(mut texts: Vec<String>) -> Batches {
    texts.sort_by_key(String::len);
    texts.chunks(BATCH).map(<[String]>::to_vec).collect()
}

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// The seconds it took, and the last vector.
async fn embed(embedder: &Arc<dyn Embedder>, batches: &Batches) -> anyhow::Result<(f64, Vec<f32>)> {
    let batches = batches.clone();
    let begin = Instant::now();
    let mut last = Vec::new();
    for batch in batches {
        last = embedder.embed(batch).await?.pop().unwrap_or_default();
    }
    Ok((begin.elapsed().as_secs_f64(), last))
}

/// `bench/embed_torch.py`, running.
struct Torch {
    _process: Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

#[derive(Deserialize)]
struct Answer {
    seconds: f64,
    last: Vec<f32>,
}

impl Torch {
    async fn start() -> anyhow::Result<Self> {
        let python = PathBuf::from("target/bench-python/bin/python");
        ensure!(python.exists(), "{} is not there; scripts/bench makes it", python.display());
        let mut command = Command::new(python);
        command.arg("bench/embed_torch.py").kill_on_drop(true);
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let questions = process.stdin.take().context("no way to ask PyTorch")?;
        let answers = process.stdout.take().context("no way to hear PyTorch")?;
        let mut answers = BufReader::new(answers).lines();
        let hello = answers.next_line().await?.context("bench/embed_torch.py ended; run it to see why")?;
        println!("  PyTorch says {hello}");
        Ok(Self { _process: process, questions, answers })
    }

    async fn embed(&mut self, batches: &Batches) -> anyhow::Result<Answer> {
        let mut line = serde_json::to_vec(batches)?;
        line.push(b'\n');
        self.questions.write_all(&line).await?;
        let answer = self.answers.next_line().await?.context("bench/embed_torch.py ended")?;
        Ok(serde_json::from_str(&answer)?)
    }
}
