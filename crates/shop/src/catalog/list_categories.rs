//! `GET /categories`: all of them, each with the number of active products in it and below.

use souk_ports::documents::Documents;
use souk_ports::rows::Product;
use souk_ports::store::{Find, Snapshot, Window};

use super::category_tree::CategoryTree;
use super::projections::{BY_CATEGORY, PRODUCT_PAGES};
use super::views::{CategoriesAnswer, CategoryView};
use super::{Error, join};
use crate::Shop;

/// A question for a number only.
const JUST_COUNT: Window = Window { offset: 0, limit: 1 };

pub async fn list_categories(shop: &Shop) -> Result<CategoriesAnswer, Error> {
    let mut snapshot = shop.store.snapshot().await?;
    let tree = CategoryTree::read(&mut *snapshot).await?;
    let mut categories = Vec::with_capacity(tree.all.len());
    let mut documents_away = false;
    for category in &tree.all {
        let mut products = None;
        if !documents_away {
            products = from_documents(&*shop.documents, &category.id.to_string()).await?;
            documents_away = products.is_none();
        }
        let products = match products {
            Some(products) => products,
            None => {
                let below = tree.with_those_below(category.id);
                from_store(&mut *snapshot, Find::ActiveProducts { categories: Some(below) }).await?
            }
        };
        categories.push(CategoryView {
            id: category.id,
            external_id: category.external_id.clone(),
            name: category.name.clone(),
            description: category.description.clone(),
            parent: category.parent,
            image: category.image.clone(),
            products,
        });
    }
    Ok(CategoriesAnswer { categories })
}

async fn from_documents(documents: &dyn Documents, category: &str) -> Result<Option<u64>, Error> {
    match documents.find(PRODUCT_PAGES, BY_CATEGORY, category, JUST_COUNT).await {
        Ok(found) => Ok(Some(found.total)),
        Err(error) if join::is_away(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn from_store(snapshot: &mut dyn Snapshot, find: Find) -> Result<u64, Error> {
    Ok(snapshot.list::<Product>(&find, JUST_COUNT).await?.1)
}
