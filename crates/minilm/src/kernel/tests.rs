//! Every kind of kernel that this processor runs, beside plain sums in double precision.

use super::rows::exp;
use super::*;

/// Numbers between -1 and 1 that look random and are always the same.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// The error function by its Maclaurin series, good on [-4, 4] in double precision.
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

fn assert_near(found: f32, expected: f64, within: f64, what: &str) {
    assert!((f64::from(found) - expected).abs() <= within, "{what}: {found}, not {expected}");
}

#[test]
fn products_of_every_height_and_finish() {
    let (depth, columns) = (75, 2 * PANEL);
    let weights = numbers(columns * depth, 1);
    let bias = numbers(columns, 2);
    let packed = pack(&weights, depth);
    for kernels in Kernels::here() {
        for rows in 0..30 {
            for finish in [Finish::Store, Finish::Gelu, Finish::Add] {
                // Wider than need be on both sides: what lies between is not touched.
                let (left_stride, into_stride) = (depth + 3, columns + 5);
                let left = numbers(rows * left_stride, 3);
                let before = numbers(rows * into_stride, 4);
                let mut into = before.clone();
                let right = Right { values: &packed, row_stride: PANEL, panel_stride: depth * PANEL };
                let product = Product {
                    left: &left,
                    left_stride,
                    rows,
                    depth,
                    right,
                    panels: 2,
                    bias: Some(&bias),
                    finish,
                    into_stride,
                };
                (kernels.multiply)(&product, &mut into);
                for (at, found) in into.iter().enumerate() {
                    let (row, column) = (at / into_stride, at % into_stride);
                    let what = format!("{}, {rows} rows, at {row} {column}", kernels.name);
                    if column >= columns {
                        assert_eq!(*found, before[at], "{what}");
                        continue;
                    }
                    let left = &left[row * left_stride..][..depth];
                    let products = left.iter().zip(&weights[column * depth..]);
                    let sum: f64 = products.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                    let sum = sum + f64::from(bias[column]);
                    let expected = match finish {
                        Finish::Store => sum,
                        Finish::Gelu if sum.abs() > 5.0 => sum.max(0.0),
                        Finish::Gelu => sum * 0.5 * (1.0 + erf(sum / std::f64::consts::SQRT_2)),
                        Finish::Add => sum + f64::from(before[at]),
                    };
                    assert_near(*found, expected, 1e-5, &what);
                }
            }
        }
    }
}

#[test]
fn the_right_side_may_lie_in_a_wider_matrix() {
    let (rows, depth, stride) = (5, 7, PANEL + 9);
    let (left, right) = (numbers(rows * depth, 5), numbers(depth * stride, 6));
    for kernels in Kernels::here() {
        let mut into = vec![0.0; rows * PANEL];
        let product = Product {
            left: &left,
            left_stride: depth,
            rows,
            depth,
            right: Right { values: &right, row_stride: stride, panel_stride: 0 },
            panels: 1,
            bias: None,
            finish: Finish::Store,
            into_stride: PANEL,
        };
        (kernels.multiply)(&product, &mut into);
        for (at, found) in into.iter().enumerate() {
            let (row, column) = (at / PANEL, at % PANEL);
            let sum: f64 = (0..depth)
                .map(|k| f64::from(left[row * depth + k]) * f64::from(right[k * stride + column]))
                .sum();
            assert_near(*found, sum, 1e-5, kernels.name);
        }
    }
}

#[test]
fn rows_are_normalized() {
    let length = 384;
    let (scale, shift) = (numbers(length, 7), numbers(length, 8));
    for kernels in Kernels::here() {
        let before: Vec<f32> = numbers(3 * length, 9).iter().map(|x| x * 40.0 + 11.0).collect();
        let mut rows = before.clone();
        (kernels.normalize)(&mut rows, &scale, &shift);
        for (row, found) in before.chunks(length).zip(rows.chunks(length)) {
            let mean = row.iter().map(|x| f64::from(*x)).sum::<f64>() / length as f64;
            let variance = row.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>() / length as f64;
            for at in 0..length {
                let unit = (f64::from(row[at]) - mean) / variance.sqrt();
                let expected = unit * f64::from(scale[at]) + f64::from(shift[at]);
                assert_near(found[at], expected, 2e-6, kernels.name);
            }
        }
    }
}

#[test]
fn softmax_counts_only_what_counts() {
    for kernels in Kernels::here() {
        for count in [1, 2, 31, 32] {
            let before: Vec<f32> = numbers(3 * PANEL, 10).iter().map(|x| x * 60.0).collect();
            let mut rows = before.clone();
            (kernels.softmax)(&mut rows, PANEL, count);
            for (row, found) in before.chunks(PANEL).zip(rows.chunks(PANEL)) {
                let largest = row[..count].iter().copied().fold(f32::MIN, f32::max);
                let powers: Vec<f64> =
                    row[..count].iter().map(|x| (f64::from(*x) - f64::from(largest)).exp()).collect();
                let sum: f64 = powers.iter().sum();
                for (found, power) in found.iter().zip(&powers) {
                    assert_near(*found, power / sum, 1e-6, kernels.name);
                }
                assert!(found[count..].iter().all(|x| *x == 0.0), "{}", kernels.name);
            }
        }
    }
}

#[test]
fn powers_of_e() {
    for step in 0..=8_700 {
        let x = -(step as f32) / 100.0;
        let expected = f64::from(x).exp();
        assert_near(exp(x), expected, expected * 3e-7, "exp");
    }
    assert_eq!(exp(0.0), 1.0);
    assert_eq!((exp(-88.0), exp(f32::NEG_INFINITY)), (0.0, 0.0));
}
