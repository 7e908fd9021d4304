//! souk's own format: one product a line, the whole shape as JSON. It needs no map, since it is the shape.

use crate::map::Dialect;
use crate::plan::Plan;
use crate::row::Row;
use crate::shape::Product;

/// The field that says that a line is a product of souk, and in which version of the shape.
pub(crate) const MARK: &str = "souk_product";

/// The product of a line in souk's own format; `None` for any other format.
pub(crate) fn product(plan: &Plan, rows: &[Row]) -> Option<Result<Product, String>> {
    if plan.map.dialect != Dialect::Souk {
        return None;
    }
    let read = || {
        let mut value: serde_json::Value =
            serde_json::from_str(rows[0].raw()).map_err(|error| format!("is no JSON: {error}"))?;
        if let Some(fields) = value.as_object_mut() {
            fields.remove(MARK);
            fields.remove(crate::reject::REASON);
        }
        let mut product: Product =
            serde_json::from_value(value).map_err(|error| format!("is no product of souk: {error}"))?;
        if rows.len() > 1 {
            return Err(format!("stands in {} lines", rows.len()));
        }
        product.place = crate::build::place(&rows[0]);
        product.variants.iter_mut().for_each(|variant| variant.place = product.place);
        Ok(product)
    };
    Some(read())
}
