//! Which names a map asks for: records of JSON and XML may have them later than the first of them do, and a map of one's
//! own may ask in vain.

use crate::columns::Columns;
use crate::map::{Map, Names};

impl Map {
    /// Names that a file with these columns lacks, each with its alternatives.
    pub(crate) fn missing_in(&self, columns: &Columns) -> Vec<String> {
        let missing = self.asked_for().into_iter().filter(|names| !columns.has(names));
        missing.map(|names| names.0.join("` or `")).collect()
    }

    /// Every name that the map asks for: fields of JSON and XML that the first records may lack.
    pub(crate) fn asked_for(&self) -> Vec<&Names> {
        let (p, v) = (&self.product, &self.variant);
        let fields = [
            &p.name,
            &p.description,
            &p.slug,
            &p.seo_title,
            &p.seo_description,
            &p.brand,
            &p.seller,
            &p.tags,
            &p.rating,
            &p.num_reviews,
            &p.created_at,
            &v.sku,
            &v.price,
            &v.list_price,
            &v.sale_price,
            &v.sale_from,
            &v.sale_until,
            &v.sale_period,
            &v.backorder_allowance,
            &v.weight,
            &v.length,
            &v.width,
            &v.height,
            &v.gtin,
            &v.mpn,
            &v.image,
        ];
        let mut names: Vec<&Names> = vec![&self.group_by, &self.price.currency_from, &p.metadata];
        names.extend(fields.iter().flat_map(|field| [&field.from, &field.unit_from]));
        names.extend(p.status.iter().map(|rule| &rule.from));
        names.extend(p.category.iter().map(|rule| &rule.from));
        names.extend(p.images.iter().flat_map(|rule| [&rule.from, &rule.alt, &rule.position]));
        names.extend(p.specifications.iter().flat_map(|rule| [&rule.name, &rule.value, &rule.pairs]));
        names.extend(v.options.iter().flat_map(|rule| [&rule.name, &rule.value]));
        names.extend(
            [&v.backorder, &v.is_digital, &v.is_default].into_iter().flatten().map(|rule| &rule.from),
        );
        if let Some(stock) = &v.stock {
            names.extend([&stock.from, &stock.available]);
            names.extend(stock.not_counted.iter().map(|condition| &condition.from));
        }
        names.retain(|names| !names.0.is_empty());
        names
    }
}
