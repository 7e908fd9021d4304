//! Columns that dialects read themselves, by the names that they have in several languages.

/// Columns that dialects read themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Special {
    /// The kind of a product: simple, configurable, variation.
    Type,
    Id,
    Sku,
    Variations,
    Labels,
    StoreView,
    /// What a row of BigCommerce is.
    Item,
    Options,
    Attribute,
    Value,
    Impact,
}

pub(crate) const SPECIALS: [&[&str]; 11] = [
    &["product_type", "Type", "Typ", "Tipo"],
    &["ID"],
    &["sku"],
    &["configurable_variations"],
    &["configurable_variation_labels"],
    &["store_view_code"],
    &["Item", "Item Type"],
    &["Options"],
    &["Attribute ({of})*", "Attribute ({of}) *", "Attribute ({of})", "Attribut ({of})*", "Attribut ({of})"],
    &[
        "Value ({of})*",
        "Value ({of}) *",
        "Value ({of})",
        "Wert ({of})*",
        "Wert ({of})",
        "Valeur ({of})*",
        "Valeur ({of})",
    ],
    &["Impact on price", "Auswirkung auf den Preis", "Impact sur le prix"],
];
