//! What is done to each row by itself.

use super::lanes::Lanes;

/// Added to the variance, as the model was trained.
const EPSILON: f32 = 1e-12;

#[inline(always)]
pub(super) fn normalize<L: Lanes>(all: &mut [f32], scale: &[f32], shift: &[f32]) {
    let length = scale.len();
    for row in all.chunks_exact_mut(length) {
        let mean = L::splat(-sum::<L>(row, |x| x) / length as f32);
        let variance = sum::<L>(row, |x| x.add(mean).mul(x.add(mean))) / length as f32;
        let inverse = L::splat(1.0 / (variance + EPSILON).sqrt());
        let parts = row.chunks_exact_mut(L::COUNT).zip(scale.chunks_exact(L::COUNT));
        for ((row, scale), shift) in parts.zip(shift.chunks_exact(L::COUNT)) {
            L::load(row).add(mean).mul(inverse).mul_add(L::load(scale), L::load(shift)).store(row);
        }
    }
}

/// `length` is a multiple of the lanes; what is beyond `count` becomes 0.
#[inline(always)]
pub(super) fn softmax<L: Lanes>(all: &mut [f32], length: usize, count: usize) {
    for row in all.chunks_exact_mut(length) {
        row[count..].fill(f32::NEG_INFINITY);
        let largest = row[..count].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for x in row.iter_mut() {
            *x = exp(*x - largest);
        }
        let inverse = L::splat(1.0 / sum::<L>(row, |x| x));
        for part in row.chunks_exact_mut(L::COUNT) {
            L::load(part).mul(inverse).store(part);
        }
    }
}

/// The length is a multiple of the lanes.
#[inline(always)]
fn sum<L: Lanes>(row: &[f32], of: impl Fn(L) -> L) -> f32 {
    let mut sums = L::splat(0.0);
    for part in row.chunks_exact(L::COUNT) {
        sums = sums.add(of(L::load(part)));
    }
    let mut lanes = [0.0; 16];
    sums.store(&mut lanes);
    lanes.iter().sum()
}

/// e to the power of `x` ≤ 0, with an error below 2e-7 of it; 0 below -87. Written so that the compiler does several at
/// once. After Cephes (`expf`): 2 to a whole number is put into the exponent's bits, the rest is a polynomial.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    /// Adding it leaves the nearest whole number in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let far = x < -87.0;
    let x = if far { -87.0 } else { x };
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let whole = rounded - ROUND;
    let rest = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    let mut sum = 1.987_569_1e-4;
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        sum = sum * rest + coefficient;
    }
    let power = f32::from_bits(rounded.to_bits().wrapping_add(127) << 23);
    let result = (sum * rest * rest + rest + 1.0) * power;
    if far { 0.0 } else { result }
}
