//! Filters that the index of meaning does not know: of its neighbours, which are few, the pages tell whether they pass.

use souk_kernel::Timestamp;
use souk_ports::search::{OptionFilter, SearchFilter};
use souk_ports::vectors::ProductFilter;

use crate::catalog::ProductPage;

/// What the index of meaning can tell apart by itself.
pub(super) fn known(filter: &SearchFilter) -> ProductFilter {
    ProductFilter {
        categories: filter.categories.clone(),
        brands: filter.brands.clone(),
        in_stock: filter.product_in_stock(),
        ..ProductFilter::default()
    }
}

/// Whether the pages have to be asked as well.
pub(super) fn asks_pages(filter: &SearchFilter) -> bool {
    let known = SearchFilter {
        categories: filter.categories.clone(),
        brands: filter.brands.clone(),
        in_stock: filter.in_stock,
        ..SearchFilter::default()
    };
    known != *filter
}

/// Whether a page passes at this moment what the index of meaning does not know.
pub(super) fn passes(filter: &SearchFilter, page: &ProductPage, now: Timestamp) -> bool {
    let is = |has: &str, wanted: &str| has.to_lowercase() == wanted.to_lowercase();
    let any = |wanted: &[String], has: &str| wanted.iter().any(|wanted| is(has, wanted));
    let is_bound = filter.min_price.is_some() || filter.max_price.is_some();
    let in_range = page.prices_at(now).any(|price| {
        filter.min_price.is_none_or(|min| price >= min) && filter.max_price.is_none_or(|max| price <= max)
    });
    let is_sold_by = page.seller.as_ref().is_some_and(|seller| filter.sellers.contains(&seller.id));
    let is_tagged = page.tags.iter().any(|tag| any(&filter.tags, tag));
    let min_rating = filter.min_rating_hundredths.map(|hundredths| f64::from(hundredths) / 100.0);
    let one_variant = page.variants.iter().any(|variant| {
        let choices = variant.choices();
        let has = |wanted: &OptionFilter| {
            choices.iter().any(|one| is(&one.name, &wanted.name) && any(&wanted.values, &one.value))
        };
        filter.options.iter().all(has)
            && filter.variant_in_stock().is_none_or(|wanted| variant.in_stock == wanted)
    });
    (!is_bound || in_range)
        && (filter.sellers.is_empty() || is_sold_by)
        && (filter.tags.is_empty() || is_tagged)
        && (filter.options.is_empty() || one_variant)
        && min_rating.is_none_or(|min| page.rating.is_some_and(|rating| rating >= min))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use souk_kernel::{CategoryId, ProductId, SellerId, VariantId};

    use super::*;

    fn page() -> ProductPage {
        let seller: SellerId = "S1".parse().unwrap();
        let variant = |size: &str, color: &str, price: f64| {
            let (id, sku) = (VariantId::new(), format!("{size}-{color}"));
            json!({"id": id, "sku": sku, "size": size, "color": color, "price": price, "in_stock": size == "S"})
        };
        serde_json::from_value(json!({
            "id": ProductId::new(), "external_id": null, "name": "Cup", "description": "", "price": 20,
            "category": {"id": CategoryId::new(), "external_id": null, "name": "Cups"}, "above": [], "brand": null,
            "tags": ["Gift"], "materials": [], "care": null, "rating": 4.5, "num_reviews": 2, "images": [],
            "seller": {
                "id": seller, "external_id": "S1", "name": "S", "rating": null, "city": null, "country": null,
            },
            "variants": [variant("S", "Red", 20.0), variant("L", "blue", 30.0)],
            "in_stock": true, "created_at": Timestamp::from_ms(0),
        }))
        .unwrap()
    }

    #[test]
    fn a_page_passes_what_the_index_of_words_would_let_through() {
        let money = |text: &str| Some(text.parse().unwrap());
        let options = |asked: &[(&str, &str)]| SearchFilter {
            options: asked
                .iter()
                .map(|(name, value)| OptionFilter {
                    name: (*name).to_owned(),
                    values: vec![(*value).to_owned()],
                })
                .collect(),
            ..SearchFilter::default()
        };
        let none = SearchFilter::default;
        for (filter, passing) in [
            (SearchFilter { min_price: money("25"), max_price: money("30"), ..none() }, true),
            (SearchFilter { min_price: money("21"), max_price: money("29"), ..none() }, false),
            (SearchFilter { tags: vec!["home".into(), "gift".into()], ..none() }, true),
            (SearchFilter { tags: vec!["home".into()], ..none() }, false),
            (SearchFilter { sellers: vec!["S1".parse().unwrap()], ..none() }, true),
            (SearchFilter { sellers: vec!["S2".parse().unwrap()], ..none() }, false),
            (SearchFilter { min_rating_hundredths: Some(450), ..none() }, true),
            (SearchFilter { min_rating_hundredths: Some(451), ..none() }, false),
            (options(&[("Color", "red"), ("size", "s")]), true),
            (options(&[("color", "red"), ("size", "L")]), false),
            (SearchFilter { in_stock: Some(true), ..options(&[("size", "S")]) }, true),
            (SearchFilter { in_stock: Some(true), ..options(&[("size", "L")]) }, false),
            (SearchFilter { in_stock: Some(false), ..options(&[("size", "L")]) }, true),
        ] {
            assert!(asks_pages(&filter));
            assert_eq!(passes(&filter, &page(), Timestamp::from_ms(0)), passing, "{filter:?}");
        }
        let known_by_the_index = SearchFilter { in_stock: Some(true), brands: vec!["A".into()], ..none() };
        assert!(!asks_pages(&known_by_the_index));
    }
}
