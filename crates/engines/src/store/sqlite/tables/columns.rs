//! How each type of row lies in its table: one `impl Table` a row.

use serde::Serialize;
use souk_kernel::{CategoryId, Money, OrderId, ProductId, SellerId, Timestamp, UserId, VariantId};
use souk_ports::rows::{
    Category, Load, Order, OrderItem, OrderStatus, Person, Product, Seller, User, Variant,
};

use super::{Binder, Reader, Sql, Table, corrupt};

impl Table for User {
    const NAME: &'static str = "users";
    const COLUMNS: &'static [&'static str] = &["id", "external_id", "joined_at"];
    fn bind_key(key: &UserId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(&self.external_id)?.put(self.joined_at.ms())?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self { id: UserId(from.id()?), external_id: from.get()?, joined_at: from.moment()? })
    }
}

impl Table for Person {
    const NAME: &'static str = "persons";
    const COLUMNS: &'static [&'static str] = &["user_id", "name", "email", "phone", "address"];
    fn bind_key(key: &UserId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.user_id.0)?.put(&self.name)?.put(&self.email)?.put(&self.phone)?;
        bind_optional_json(to, self.address.as_ref())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            user_id: UserId(from.id()?),
            name: from.get()?,
            email: from.get()?,
            phone: from.get()?,
            address: from.optional_json()?,
        })
    }
}

fn bind_optional_json<T: Serialize>(to: &mut Binder<'_, '_>, value: Option<&T>) -> Sql<()> {
    match value {
        Some(value) => to.json(value).map(|_| ()),
        None => to.put(rusqlite::types::Null).map(|_| ()),
    }
}

impl Table for Seller {
    const NAME: &'static str = "sellers";
    const COLUMNS: &'static [&'static str] =
        &["id", "external_id", "user_id", "name", "rating", "city", "country", "founded", "description"];
    fn bind_key(key: &SellerId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(&self.external_id)?.put(self.user_id.map(|id| id.0.into_bytes()))?;
        to.put(&self.name)?.put(self.rating)?.put(&self.city)?.put(&self.country)?;
        to.put(self.founded)?.put(&self.description)?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: SellerId(from.id()?),
            external_id: from.get()?,
            user_id: from.optional_id()?.map(UserId),
            name: from.get()?,
            rating: from.get()?,
            city: from.get()?,
            country: from.get()?,
            founded: from.get()?,
            description: from.get()?,
        })
    }
}

impl Table for Category {
    const NAME: &'static str = "categories";
    const COLUMNS: &'static [&'static str] = &["id", "external_id", "name", "description", "parent", "image"];
    fn bind_key(key: &CategoryId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(&self.external_id)?.put(&self.name)?.put(&self.description)?;
        to.put(self.parent.map(|id| id.0.into_bytes()))?.put(&self.image)?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: CategoryId(from.id()?),
            external_id: from.get()?,
            name: from.get()?,
            description: from.get()?,
            parent: from.optional_id()?.map(CategoryId),
            image: from.get()?,
        })
    }
}

impl Table for Product {
    const NAME: &'static str = "products";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "external_id",
        "name",
        "description",
        "price",
        "category_id",
        "seller_id",
        "brand",
        "tags",
        "materials",
        "care",
        "rating",
        "num_reviews",
        "images",
        "is_active",
        "created_at",
    ];
    fn bind_key(key: &ProductId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(&self.external_id)?.put(&self.name)?.put(&self.description)?;
        to.put(self.price.map(Money::minor))?.id(self.category_id.0)?;
        to.put(self.seller_id.map(|id| id.0.into_bytes()))?.put(&self.brand)?.json(&self.tags)?;
        to.json(&self.materials)?.put(&self.care)?.put(self.rating)?.put(self.num_reviews)?;
        to.json(&self.images)?.put(self.is_active)?.put(self.created_at.ms())?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: ProductId(from.id()?),
            external_id: from.get()?,
            name: from.get()?,
            description: from.get()?,
            price: {
                let column = from.next;
                let minor: Option<i64> = from.get()?;
                minor.map(Money::from_minor).transpose().map_err(|e| corrupt(column, e))?
            },
            category_id: CategoryId(from.id()?),
            seller_id: from.optional_id()?.map(SellerId),
            brand: from.get()?,
            tags: from.json()?,
            materials: from.json()?,
            care: from.get()?,
            rating: from.get()?,
            num_reviews: from.get()?,
            images: from.json()?,
            is_active: from.get()?,
            created_at: from.moment()?,
        })
    }
}

impl Table for Variant {
    const NAME: &'static str = "variants";
    const COLUMNS: &'static [&'static str] =
        &["id", "product_id", "sku", "size", "color", "price_adjustment", "rank", "loaded_stock"];
    fn bind_key(key: &VariantId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.id(self.product_id.0)?.put(&self.sku)?.put(&self.size)?.put(&self.color)?;
        to.put(self.price_adjustment.minor())?.put(self.rank)?.put(self.loaded_stock)?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: VariantId(from.id()?),
            product_id: ProductId(from.id()?),
            sku: from.get()?,
            size: from.get()?,
            color: from.get()?,
            price_adjustment: from.money()?,
            rank: from.get()?,
            loaded_stock: from.get()?,
        })
    }
}

impl Table for Order {
    const NAME: &'static str = "orders";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "number",
        "user_id",
        "status",
        "total",
        "payment_method_id",
        "payment_id",
        "tracking_number",
        "shipping_address",
        "placed_at",
    ];
    fn bind_key(key: &OrderId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.put(self.number)?.id(self.user_id.0)?.put(self.status.as_str())?;
        to.put(self.total.minor())?.put(&self.payment_method_id)?.put(&self.payment_id)?;
        to.put(&self.tracking_number)?;
        bind_optional_json(to, self.shipping_address.as_ref())?;
        to.put(self.placed_at.ms())?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: OrderId(from.id()?),
            number: from.get()?,
            user_id: UserId(from.id()?),
            status: {
                let column = from.next;
                let text: String = from.get()?;
                let known = OrderStatus::ALL.into_iter().find(|status| status.as_str() == text);
                known.ok_or_else(|| corrupt(column, std::fmt::Error))?
            },
            total: from.money()?,
            payment_method_id: from.get()?,
            payment_id: from.get()?,
            tracking_number: from.get()?,
            shipping_address: from.optional_json()?,
            placed_at: from.moment()?,
        })
    }
}

impl Table for OrderItem {
    const NAME: &'static str = "order_items";
    const KEY: usize = 2;
    const COLUMNS: &'static [&'static str] =
        &["order_id", "line", "product_id", "variant_id", "name", "quantity", "price", "snapshot"];
    fn bind_key(key: &(OrderId, u32), to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0.0)?.put(key.1).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.order_id.0)?.put(self.line)?.id(self.product_id.0)?.id(self.variant_id.0)?;
        to.put(&self.name)?.put(self.quantity)?.put(self.price.minor())?.put(&self.snapshot)?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            order_id: OrderId(from.id()?),
            line: from.get()?,
            product_id: ProductId(from.id()?),
            variant_id: VariantId(from.id()?),
            name: from.get()?,
            quantity: from.get()?,
            price: from.money()?,
            snapshot: from.get()?,
        })
    }
}

impl Table for Load {
    const NAME: &'static str = "loads";
    const COLUMNS: &'static [&'static str] = &["source", "digest", "started_at", "finished_at"];
    fn bind_key(key: &String, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.put(key).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.put(&self.source)?.put(&self.digest)?.put(self.started_at.ms())?;
        to.put(self.finished_at.map(Timestamp::ms))?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            source: from.get()?,
            digest: from.get()?,
            started_at: from.moment()?,
            finished_at: from.get::<Option<i64>>()?.map(Timestamp::from_ms),
        })
    }
}
