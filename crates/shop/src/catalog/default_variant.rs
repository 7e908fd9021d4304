//! Which variant is sold when none is named.

use souk_ports::rows::{Product, Variant};

/// The one that the product names, and else the first one; what is retired is not sold. `variants` come by rank.
pub(crate) fn default_variant<'a>(
    product: &Product,
    variants: impl IntoIterator<Item = &'a Variant>,
) -> Option<&'a Variant> {
    let mut first = None;
    for variant in variants.into_iter().filter(|variant| !variant.details.is_retired) {
        if product.details.default_variant == Some(variant.id) {
            return Some(variant);
        }
        first = first.or(Some(variant));
    }
    first
}
