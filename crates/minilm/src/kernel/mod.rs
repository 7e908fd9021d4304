//! The arithmetic that takes the time: products of matrices, normalisation, softmax, each compiled for several kinds of
//! processors.
//!
//! A matrix lies row by row. The right side of a product lies in *panels* of [`PANEL`] columns, so that the innermost
//! loop reads it in one line; weights are packed so once, when they are loaded ([`pack`]).

mod lanes;
mod product;
mod rows;
#[cfg(test)]
mod tests;

pub(crate) use product::{Finish, Product, Right};

/// Columns of a panel.
pub(crate) const PANEL: usize = 32;

/// The arithmetic, as compiled for one kind of processor.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    /// What the processor must have, for people.
    pub(crate) name: &'static str,
    pub(crate) multiply: fn(&Product<'_>, &mut [f32]),
    /// Makes every row's mean 0 and variance 1, then scales and shifts: rows, scale, shift.
    pub(crate) normalize: fn(&mut [f32], &[f32], &[f32]),
    /// Makes every row's first numbers, so many, positive with sum 1: rows, length of a row, how many count.
    pub(crate) softmax: fn(&mut [f32], usize, usize),
}

/// Compiles the kernels with what the target always has, or with more that must have been looked for.
macro_rules! kernels {
    ($static:ident, $module:ident, $name:literal, $lanes:ty, $rows:literal x $vectors:literal
        $(, $features:literal, $reason:literal)?) => {
        mod $module {
            use super::{Product, lanes, product, rows};

            $(#[target_feature(enable = $features)])?
            pub(super) fn multiply(product: &Product<'_>, into: &mut [f32]) {
                product::multiply::<$lanes, $rows, $vectors>(product, into);
            }
            $(#[target_feature(enable = $features)])?
            pub(super) fn normalize(all: &mut [f32], scale: &[f32], shift: &[f32]) {
                rows::normalize::<$lanes>(all, scale, shift);
            }
            $(#[target_feature(enable = $features)])?
            pub(super) fn softmax(all: &mut [f32], length: usize, count: usize) {
                rows::softmax::<$lanes>(all, length, count);
            }
        }
        $(#[expect(unsafe_code, reason = $reason)])?
        const $static: Kernels = Kernels {
            name: $name,
            multiply: kernels!(@call $module::multiply(product, into) $(, $features)?),
            normalize: kernels!(@call $module::normalize(rows, scale, shift) $(, $features)?),
            softmax: kernels!(@call $module::softmax(rows, length, count) $(, $features)?),
        };
    };
    (@call $module:ident::$function:ident($($argument:ident),*)) => { $module::$function };
    // SAFETY: `Kernels::best` hands this out only where the processor has these features.
    (@call $module:ident::$function:ident($($argument:ident),*), $features:literal) => {
        |$($argument),*| unsafe { $module::$function($($argument),*) }
    };
}

kernels!(PORTABLE, portable, "what every processor has", lanes::Portable, 4 x 4);
#[cfg(target_arch = "x86_64")]
kernels!(AVX2, avx2, "AVX2", lanes::Eight, 6 x 2, "avx2,fma", "called after the processor was asked");
#[cfg(target_arch = "x86_64")]
kernels!(
    AVX512, avx512, "AVX-512", lanes::Sixteen, 8 x 2,
    "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma", "called after the processor was asked"
);

impl Kernels {
    /// Those that this processor runs, the fastest first.
    pub(crate) fn here() -> Vec<Self> {
        let mut found = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq");
            if avx2 && avx512 {
                found.push(AVX512);
            }
            if avx2 {
                found.push(AVX2);
            }
        }
        found.push(PORTABLE);
        found
    }

    pub(crate) fn best() -> Self {
        Self::here()[0]
    }
}

/// Packs a matrix of weights, one row for each output as PyTorch keeps it, into panels of columns. The number of outputs
/// is a multiple of [`PANEL`].
pub(crate) fn pack(weights: &[f32], depth: usize) -> Vec<f32> {
    let mut packed = vec![0.0; weights.len()];
    let panels = packed.chunks_exact_mut(PANEL * depth).zip(weights.chunks_exact(PANEL * depth));
    for (panel, outputs) in panels {
        for (column, output) in outputs.chunks_exact(depth).enumerate() {
            for (row, weight) in output.iter().enumerate() {
                panel[row * PANEL + column] = *weight;
            }
        }
    }
    packed
}
