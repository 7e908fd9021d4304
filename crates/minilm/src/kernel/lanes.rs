//! Several numbers that the processor works on at once.
//!
//! The only unsafe code of this crate. The x86 lanes compile to instructions that not every processor has; they are
//! used only inside the functions of [`super::Kernels`] that are chosen after the processor was asked.
#![expect(unsafe_code, reason = "the instructions of a processor, behind a check that it has them")]

pub(super) trait Lanes: Copy {
    /// How many numbers.
    const COUNT: usize;

    fn splat(value: f32) -> Self;
    /// Panics when there are fewer numbers than lanes; so does [`Self::store`].
    fn load(from: &[f32]) -> Self;
    fn store(self, to: &mut [f32]);
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    fn min(self, other: Self) -> Self;
    fn max(self, other: Self) -> Self;
    /// `self * factor + term`.
    fn mul_add(self, factor: Self, term: Self) -> Self;
}

/// For every processor: the compiler makes of it what the target always has, such as NEON on aarch64.
#[derive(Clone, Copy)]
pub(super) struct Portable([f32; 4]);

impl Portable {
    #[inline(always)]
    fn zip(self, other: Self, with: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| with(self.0[i], other.0[i])))
    }
}

impl Lanes for Portable {
    const COUNT: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; 4])
    }
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        Self(std::array::from_fn(|i| from[..4][i]))
    }
    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[..4].copy_from_slice(&self.0);
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        // Where it is no instruction, `f32::mul_add` is a call for each number.
        let fused = cfg!(any(target_arch = "aarch64", target_feature = "fma"));
        Self(std::array::from_fn(|i| {
            if fused {
                self.0[i].mul_add(factor.0[i], term.0[i])
            } else {
                self.0[i] * factor.0[i] + term.0[i]
            }
        }))
    }
}

#[cfg(target_arch = "x86_64")]
macro_rules! x86_lanes {
    ($(#[$doc:meta])* $name:ident($register:ident) * $count:literal: $splat:ident $load:ident $store:ident $add:ident
        $mul:ident $div:ident $min:ident $max:ident $mul_add:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $name(std::arch::x86_64::$register);

        // SAFETY, of every block: the processor has the instruction, as the head of this module says; and what is loaded
        // or stored lies within a slice whose length was just checked.
        impl Lanes for $name {
            const COUNT: usize = $count;

            #[inline(always)]
            fn splat(value: f32) -> Self {
                Self(unsafe { std::arch::x86_64::$splat(value) })
            }
            #[inline(always)]
            fn load(from: &[f32]) -> Self {
                Self(unsafe { std::arch::x86_64::$load(from[..$count].as_ptr()) })
            }
            #[inline(always)]
            fn store(self, to: &mut [f32]) {
                unsafe { std::arch::x86_64::$store(to[..$count].as_mut_ptr(), self.0) }
            }
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                Self(unsafe { std::arch::x86_64::$add(self.0, other.0) })
            }
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                Self(unsafe { std::arch::x86_64::$mul(self.0, other.0) })
            }
            #[inline(always)]
            fn div(self, other: Self) -> Self {
                Self(unsafe { std::arch::x86_64::$div(self.0, other.0) })
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                Self(unsafe { std::arch::x86_64::$min(self.0, other.0) })
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                Self(unsafe { std::arch::x86_64::$max(self.0, other.0) })
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                Self(unsafe { std::arch::x86_64::$mul_add(self.0, factor.0, term.0) })
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
x86_lanes! {
    /// AVX2 and FMA.
    Eight(__m256) * 8: _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_add_ps _mm256_mul_ps _mm256_div_ps
        _mm256_min_ps _mm256_max_ps _mm256_fmadd_ps
}

#[cfg(target_arch = "x86_64")]
x86_lanes! {
    /// AVX-512.
    Sixteen(__m512) * 16: _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_add_ps _mm512_mul_ps _mm512_div_ps
        _mm512_min_ps _mm512_max_ps _mm512_fmadd_ps
}
