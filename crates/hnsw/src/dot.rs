//! The dot product: nearly all the time of a search goes by here, or waiting for the memory that it reads.
//!
//! The sums are held in as many lanes as the widest registers have, several times over, so that no addition waits for
//! the one before. The compiler makes vector instructions of the loops; which ones is decided when the program runs.

use crate::{DIMENSIONS, Vector};

type Numbers = [f32; DIMENSIONS];

const LANES: usize = 16;
const SUMS: usize = 4;
const _: () = assert!(DIMENSIONS.is_multiple_of(LANES * SUMS));

#[inline]
#[allow(
    unsafe_code,
    reason = "the compiler cannot know what the processor has; it was asked the line before"
)]
pub(crate) fn dot(a: &Numbers, b: &Numbers) -> f32 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has the instructions.
            return unsafe { dot_avx512(a, b) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the processor has the instructions.
            return unsafe { dot_avx2(a, b) };
        }
    }
    sum::<{ cfg!(target_arch = "aarch64") }>(a, b)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn dot_avx512(a: &Numbers, b: &Numbers) -> f32 {
    sum::<true>(a, b)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn dot_avx2(a: &Numbers, b: &Numbers) -> f32 {
    sum::<true>(a, b)
}

/// `FUSED` only where the processor multiplies and adds in one instruction: elsewhere that is a slow function.
#[inline(always)]
fn sum<const FUSED: bool>(a: &Numbers, b: &Numbers) -> f32 {
    let mut sums = [[0.0f32; LANES]; SUMS];
    for (a, b) in a.as_chunks::<{ LANES * SUMS }>().0.iter().zip(b.as_chunks::<{ LANES * SUMS }>().0) {
        for (at, sums) in sums.iter_mut().enumerate() {
            for (lane, sum) in sums.iter_mut().enumerate() {
                let (a, b) = (a[at * LANES + lane], b[at * LANES + lane]);
                *sum = if FUSED { a.mul_add(b, *sum) } else { a * b + *sum };
            }
        }
    }
    let mut lanes = [0.0f32; LANES];
    for (lane, total) in lanes.iter_mut().enumerate() {
        *total = (sums[0][lane] + sums[1][lane]) + (sums[2][lane] + sums[3][lane]);
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// Lets the memory of a vector come while something else is computed.
#[inline]
#[allow(unsafe_code, reason = "the standard library marks prefetching unsafe, for its pointer")]
pub(crate) fn prefetch(vector: &Vector) {
    #[cfg(target_arch = "x86_64")]
    for line in vector.0.chunks_exact(LANES).take(PREFETCHED_LINES) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: it changes nothing and cannot fail, and the address is that of a reference.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = vector;
}

/// Further lines come by themselves: the processor notices that they are read one after another.
#[cfg(target_arch = "x86_64")]
const PREFETCHED_LINES: usize = 8;

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    #[test]
    fn every_way_to_compute_it_agrees_with_the_definition() {
        let mut random = StdRng::seed_from_u64(1);
        for _ in 0..100 {
            let a: Numbers = std::array::from_fn(|_| random.random_range(-1.0..1.0));
            let b: Numbers = std::array::from_fn(|_| random.random_range(-1.0..1.0));
            let exact: f64 = a.iter().zip(&b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            for computed in [dot(&a, &b), sum::<true>(&a, &b), sum::<false>(&a, &b)] {
                assert!((f64::from(computed) - exact).abs() < 1e-4, "{computed} is not {exact}");
            }
        }
    }
}
