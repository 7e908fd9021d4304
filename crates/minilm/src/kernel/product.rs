//! Products of matrices, in tiles that stay in registers.

use super::PANEL;
use super::lanes::Lanes;

/// `left · right`, and what to do with it.
pub(crate) struct Product<'a> {
    pub(crate) left: &'a [f32],
    /// From one row to the next.
    pub(crate) left_stride: usize,
    pub(crate) rows: usize,
    /// Numbers that are multiplied and summed for each number of the result.
    pub(crate) depth: usize,
    pub(crate) right: Right<'a>,
    /// Panels of columns.
    pub(crate) panels: usize,
    /// Added to every row.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) finish: Finish,
    /// From one row of the result to the next.
    pub(crate) into_stride: usize,
}

/// The right side of a product.
#[derive(Clone, Copy)]
pub(crate) struct Right<'a> {
    pub(crate) values: &'a [f32],
    /// From one row of a panel to the next.
    pub(crate) row_stride: usize,
    /// From one panel to the next.
    pub(crate) panel_stride: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    Store,
    /// Stores the Gaussian error linear unit of it.
    Gelu,
    /// Adds it to what is there.
    Add,
}

/// Tiles of at most `ROWS` rows and `VECTORS` vectors. A panel's rows stay in the nearest cache while all rows of the left
/// side pass by.
#[inline(always)]
pub(super) fn multiply<L: Lanes, const ROWS: usize, const VECTORS: usize>(
    product: &Product<'_>,
    into: &mut [f32],
) {
    let Product { rows, left_stride, into_stride, .. } = *product;
    if rows == 0 {
        return;
    }
    // Blocks of nearly the same height: one of a single row would take as long as one of several.
    let blocks = rows.div_ceil(ROWS);
    for panel in 0..product.panels {
        let right = &product.right.values[panel * product.right.panel_stride..];
        for part in 0..PANEL / (VECTORS * L::COUNT) {
            let column = part * VECTORS * L::COUNT;
            let bias = product.bias.map(|bias| &bias[panel * PANEL + column..]);
            for block in 0..blocks {
                let (from, to) = (rows * block / blocks, rows * (block + 1) / blocks);
                let tile = Tile {
                    left: &product.left[from * left_stride..],
                    left_stride,
                    depth: product.depth,
                    right: &right[column..],
                    right_stride: product.right.row_stride,
                    bias,
                    finish: product.finish,
                    into_stride,
                };
                let into = &mut into[from * into_stride + panel * PANEL + column..];
                match to - from {
                    8 if ROWS >= 8 => tile.of::<L, 8, VECTORS>(into),
                    7 if ROWS >= 7 => tile.of::<L, 7, VECTORS>(into),
                    6 if ROWS >= 6 => tile.of::<L, 6, VECTORS>(into),
                    5 if ROWS >= 5 => tile.of::<L, 5, VECTORS>(into),
                    4 => tile.of::<L, 4, VECTORS>(into),
                    3 => tile.of::<L, 3, VECTORS>(into),
                    2 => tile.of::<L, 2, VECTORS>(into),
                    _ => tile.of::<L, 1, VECTORS>(into),
                }
            }
        }
    }
}

struct Tile<'a> {
    left: &'a [f32],
    left_stride: usize,
    depth: usize,
    right: &'a [f32],
    right_stride: usize,
    bias: Option<&'a [f32]>,
    finish: Finish,
    into_stride: usize,
}

impl Tile<'_> {
    #[inline(always)]
    fn of<L: Lanes, const ROWS: usize, const VECTORS: usize>(&self, into: &mut [f32]) {
        let rows: [&[f32]; ROWS] =
            std::array::from_fn(|row| &self.left[row * self.left_stride..][..self.depth]);
        let mut sums = [[L::splat(0.0); VECTORS]; ROWS];
        if let Some(bias) = self.bias {
            sums = [std::array::from_fn(|v| L::load(&bias[v * L::COUNT..])); ROWS];
        }
        let width = VECTORS * L::COUNT;
        let right = &self.right[..(self.depth - 1) * self.right_stride + width];
        for at in 0..self.depth {
            let right = &right[at * self.right_stride..][..width];
            let right: [L; VECTORS] = std::array::from_fn(|v| L::load(&right[v * L::COUNT..]));
            for (row, sums) in rows.iter().zip(&mut sums) {
                let left = L::splat(row[at]);
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = left.mul_add(right, *sum);
                }
            }
        }
        for (row, sums) in sums.into_iter().enumerate() {
            let into = &mut into[row * self.into_stride..][..width];
            for (v, sum) in sums.into_iter().enumerate() {
                let into = &mut into[v * L::COUNT..];
                match self.finish {
                    Finish::Store => sum.store(into),
                    Finish::Gelu => gelu(sum).store(into),
                    Finish::Add => sum.add(L::load(into)).store(into),
                }
            }
        }
    }
}

/// `x · Φ(x)`, with the distribution function of the normal distribution (Hendrycks and Gimpel, 2016).
#[inline(always)]
fn gelu<L: Lanes>(x: L) -> L {
    let half = x.mul(L::splat(0.5));
    half.mul_add(erf(x.mul(L::splat(std::f32::consts::FRAC_1_SQRT_2))), half)
}

/// The error function as a quotient of polynomials on [-4, 4], beyond which it is ±1 in single precision. The coefficients
/// are those of Eigen (`generic_fast_erf_float`); the error is below 3e-7.
#[inline(always)]
fn erf<L: Lanes>(x: L) -> L {
    const ABOVE: [f32; 7] = [
        -2.726_142_4e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_4e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const BELOW: [f32; 5] =
        [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329_3e-3, -1.426_473_9e-2];
    let x = x.min(L::splat(4.0)).max(L::splat(-4.0));
    let square = x.mul(x);
    let polynomial = |coefficients: &[f32]| {
        let mut sum = L::splat(coefficients[0]);
        for coefficient in &coefficients[1..] {
            sum = sum.mul_add(square, L::splat(*coefficient));
        }
        sum
    };
    x.mul(polynomial(&ABOVE)).div(polynomial(&BELOW))
}
