//! Reads tensors from a file in the `safetensors` format: the length of a table in eight bytes, the table in JSON, the
//! numbers.

use std::collections::HashMap;

use serde::Deserialize;

use crate::Error;

pub(crate) struct Tensors<'a> {
    table: HashMap<String, Place>,
    numbers: &'a [u8],
}

#[derive(Deserialize)]
struct Place {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

impl<'a> Tensors<'a> {
    pub(crate) fn new(file: &'a [u8]) -> Result<Self, Error> {
        let broken = || Error::Weights("not in the safetensors format".to_owned());
        let (length, rest) = file.split_first_chunk().ok_or_else(broken)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| broken())?;
        let (table, numbers) = rest.split_at_checked(length).ok_or_else(broken)?;
        let mut table: HashMap<String, serde_json::Value> =
            serde_json::from_slice(table).map_err(|_| broken())?;
        table.remove("__metadata__");
        let places = table.into_iter().map(|(name, place)| Ok((name, serde_json::from_value(place)?)));
        let table = places.collect::<Result<_, serde_json::Error>>().map_err(|_| broken())?;
        Ok(Self { table, numbers })
    }

    /// The numbers of one tensor, which must have this shape and single precision.
    pub(crate) fn get(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let wrong = |what| Error::Weights(format!("tensor `{name}` {what}"));
        let place = self.table.get(name).ok_or_else(|| wrong("is missing"))?;
        if place.dtype != "F32" || place.shape != shape {
            return Err(wrong("has another shape or precision"));
        }
        let (from, to) = place.data_offsets;
        let bytes = self.numbers.get(from..to).ok_or_else(|| wrong("is cut off"))?;
        let (numbers, odd) = bytes.as_chunks::<4>();
        if !odd.is_empty() || numbers.len() != shape.iter().product::<usize>() {
            return Err(wrong("is cut off"));
        }
        Ok(numbers.iter().map(|number| f32::from_le_bytes(*number)).collect())
    }
}
