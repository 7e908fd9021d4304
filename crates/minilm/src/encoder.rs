//! The forward pass: a BERT encoder of six layers (Devlin et al., 2018), the mean over its tokens, length 1.
//!
//! Texts are laid one after another without padding: products with weights run over all tokens at once, attention over
//! each text by itself. So a text's vector does not depend on its neighbours, and none of the work is for nothing.

use crate::kernel::{Finish, Kernels, PANEL, Product, Right, pack};
use crate::tensors::Tensors;
use crate::{DIMENSIONS, Error, MAX_TOKENS};

const LAYERS: usize = 6;
const HEADS: usize = 12;
const HEAD: usize = DIMENSIONS / HEADS;
const INNER: usize = 1536;
const VOCABULARY: usize = 30_522;
const POSITIONS: usize = 512;

// A head's values are one panel.
const _: () = assert!(HEAD == PANEL && DIMENSIONS.is_multiple_of(PANEL) && INNER.is_multiple_of(PANEL));

pub(crate) struct Encoder {
    kernels: Kernels,
    words: Vec<f32>,
    /// With the embedding of the only kind of segment there is.
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Layer {
    /// Queries, keys and values of all heads, side by side.
    attention: Linear,
    attended: Linear,
    attended_norm: Norm,
    up: Linear,
    down: Linear,
    norm: Norm,
}

struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

struct Linear {
    packed: Vec<f32>,
    bias: Vec<f32>,
    depth: usize,
}

/// What a forward pass works in; kept from one to the next.
#[derive(Default)]
pub(crate) struct Scratch {
    states: Vec<f32>,
    attention: Vec<f32>,
    keys: Vec<f32>,
    scores: Vec<f32>,
    attended: Vec<f32>,
    inner: Vec<f32>,
}

impl Encoder {
    pub(crate) fn new(tensors: &Tensors<'_>, kernels: Kernels) -> Result<Self, Error> {
        let mut positions = tensors.get("embeddings.position_embeddings.weight", &[POSITIONS, DIMENSIONS])?;
        positions.truncate(MAX_TOKENS * DIMENSIONS);
        let kinds = tensors.get("embeddings.token_type_embeddings.weight", &[2, DIMENSIONS])?;
        for position in positions.chunks_exact_mut(DIMENSIONS) {
            add(position, &kinds[..DIMENSIONS]);
        }
        Ok(Self {
            kernels,
            words: tensors.get("embeddings.word_embeddings.weight", &[VOCABULARY, DIMENSIONS])?,
            positions,
            norm: Norm::new(tensors, "embeddings.LayerNorm")?,
            layers: (0..LAYERS).map(|layer| Layer::new(tensors, layer)).collect::<Result<_, _>>()?,
        })
    }

    /// The vectors of texts, given as tokens: each 1 to [`MAX_TOKENS`] of the vocabulary.
    pub(crate) fn encode(&self, texts: &[Vec<u32>], scratch: &mut Scratch) -> Vec<Vec<f32>> {
        scratch.states.clear();
        for text in texts {
            for (token, position) in text.iter().zip(self.positions.chunks_exact(DIMENSIONS)) {
                let from = scratch.states.len();
                scratch.states.extend_from_slice(&self.words[*token as usize * DIMENSIONS..][..DIMENSIONS]);
                add(&mut scratch.states[from..], position);
            }
        }
        let tokens = scratch.states.len() / DIMENSIONS;
        let Scratch { states, attention, attended, inner, .. } = scratch;
        states.resize(tokens * DIMENSIONS, 0.0);
        attention.resize(tokens * 3 * DIMENSIONS, 0.0);
        attended.resize(tokens * DIMENSIONS, 0.0);
        inner.resize(tokens * INNER, 0.0);
        self.norm.apply(self.kernels, &mut scratch.states);
        for layer in &self.layers {
            layer.attention.apply(self.kernels, &scratch.states, Finish::Store, &mut scratch.attention);
            let mut from = 0;
            for text in texts {
                self.attend(from, text.len(), scratch);
                from += text.len();
            }
            layer.attended.apply(self.kernels, &scratch.attended, Finish::Add, &mut scratch.states);
            layer.attended_norm.apply(self.kernels, &mut scratch.states);
            layer.up.apply(self.kernels, &scratch.states, Finish::Gelu, &mut scratch.inner);
            layer.down.apply(self.kernels, &scratch.inner, Finish::Add, &mut scratch.states);
            layer.norm.apply(self.kernels, &mut scratch.states);
        }
        let mut states = scratch.states.as_slice();
        let vectors = texts.iter().map(|text| {
            let (of_text, rest) = states.split_at(text.len() * DIMENSIONS);
            states = rest;
            mean(of_text)
        });
        vectors.collect()
    }

    /// What each token of a text gathers from all of them, head by head.
    fn attend(&self, from: usize, tokens: usize, scratch: &mut Scratch) {
        const ROW: usize = 3 * DIMENSIONS;
        let Scratch { attention, keys, scores, attended, .. } = scratch;
        let attention = &attention[from * ROW..][..tokens * ROW];
        let attended = &mut attended[from * DIMENSIONS..][..tokens * DIMENSIONS];
        let panels = tokens.div_ceil(PANEL);
        let width = panels * PANEL;
        keys.resize(HEAD * width, 0.0);
        scores.resize(tokens * width, 0.0);
        for head in 0..HEADS {
            // Keys as columns; what stands in the columns beyond the last is not looked at.
            for (token, row) in attention.chunks_exact(ROW).enumerate() {
                let column = token / PANEL * HEAD * PANEL + token % PANEL;
                let key = &row[DIMENSIONS + head * HEAD..][..HEAD];
                for (key, to) in key.iter().zip(keys[column..].iter_mut().step_by(PANEL)) {
                    *to = *key;
                }
            }
            let similar = Product {
                left: &attention[head * HEAD..],
                left_stride: ROW,
                rows: tokens,
                depth: HEAD,
                right: Right { values: keys, row_stride: PANEL, panel_stride: HEAD * PANEL },
                panels,
                bias: None,
                finish: Finish::Store,
                into_stride: width,
            };
            (self.kernels.multiply)(&similar, scores);
            (self.kernels.softmax)(scores, width, tokens);
            let values = &attention[2 * DIMENSIONS + head * HEAD..];
            let gathered = Product {
                left: scores,
                left_stride: width,
                rows: tokens,
                depth: tokens,
                right: Right { values, row_stride: ROW, panel_stride: 0 },
                panels: 1,
                bias: None,
                finish: Finish::Store,
                into_stride: DIMENSIONS,
            };
            (self.kernels.multiply)(&gathered, &mut attended[head * HEAD..]);
        }
    }
}

impl Layer {
    fn new(tensors: &Tensors<'_>, layer: usize) -> Result<Self, Error> {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for part in ["query", "key", "value"] {
            let name = name(&format!("attention.self.{part}"));
            // Similarities are divided by the root of a head's size: here, once for all.
            let scale = if part == "query" { 1.0 / (HEAD as f32).sqrt() } else { 1.0 };
            let scaled = |numbers: Vec<f32>| numbers.into_iter().map(move |number| number * scale);
            weights.extend(scaled(tensors.get(&format!("{name}.weight"), &[DIMENSIONS, DIMENSIONS])?));
            bias.extend(scaled(tensors.get(&format!("{name}.bias"), &[DIMENSIONS])?));
        }
        Ok(Self {
            attention: Linear { packed: pack(&weights, DIMENSIONS), bias, depth: DIMENSIONS },
            attended: Linear::new(tensors, &name("attention.output.dense"), DIMENSIONS, DIMENSIONS)?,
            attended_norm: Norm::new(tensors, &name("attention.output.LayerNorm"))?,
            up: Linear::new(tensors, &name("intermediate.dense"), DIMENSIONS, INNER)?,
            down: Linear::new(tensors, &name("output.dense"), INNER, DIMENSIONS)?,
            norm: Norm::new(tensors, &name("output.LayerNorm"))?,
        })
    }
}

impl Norm {
    fn new(tensors: &Tensors<'_>, name: &str) -> Result<Self, Error> {
        let get = |part: &str| tensors.get(&format!("{name}.{part}"), &[DIMENSIONS]);
        Ok(Self { scale: get("weight")?, shift: get("bias")? })
    }

    fn apply(&self, kernels: Kernels, states: &mut [f32]) {
        (kernels.normalize)(states, &self.scale, &self.shift);
    }
}

impl Linear {
    fn new(tensors: &Tensors<'_>, name: &str, depth: usize, outputs: usize) -> Result<Self, Error> {
        let weights = tensors.get(&format!("{name}.weight"), &[outputs, depth])?;
        let bias = tensors.get(&format!("{name}.bias"), &[outputs])?;
        Ok(Self { packed: pack(&weights, depth), bias, depth })
    }

    fn apply(&self, kernels: Kernels, from: &[f32], finish: Finish, into: &mut [f32]) {
        let product = Product {
            left: from,
            left_stride: self.depth,
            rows: from.len() / self.depth,
            depth: self.depth,
            right: Right { values: &self.packed, row_stride: PANEL, panel_stride: PANEL * self.depth },
            panels: self.bias.len() / PANEL,
            bias: Some(&self.bias),
            finish,
            into_stride: self.bias.len(),
        };
        (kernels.multiply)(&product, into);
    }
}

fn add(to: &mut [f32], what: &[f32]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += what;
    }
}

/// The mean of a text's states, at length 1.
fn mean(states: &[f32]) -> Vec<f32> {
    let mut sum = vec![0.0; DIMENSIONS];
    for state in states.chunks_exact(DIMENSIONS) {
        add(&mut sum, state);
    }
    // Dividing by the number of tokens first would not change the direction.
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    sum.iter_mut().for_each(|x| *x /= length);
    sum
}
