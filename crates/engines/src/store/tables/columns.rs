//! How each type of row lies in its table: one `impl Table` a row.

use souk_kernel::{CategoryId, OrderId, ProductId, SellerId, UserId, VariantId};
use souk_ports::rows::{
    Category, Load, Order, OrderItem, OrderStatus, Person, Product, RecordContent, RecordKey, RecordRow,
    Seller, User, Variant,
};

use uuid::Uuid;

use super::{Binder, Reader, Table, Value};

impl Table for User {
    const NAME: &'static str = "users";
    const COLUMNS: &'static [&'static str] = &["id", "external_id", "joined_at"];
    fn bind_key<B: Binder>(key: &UserId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.id.0)?.put(&self.external_id)?.put(self.joined_at)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self { id: UserId(from.get()?), external_id: from.get()?, joined_at: from.get()? })
    }
}

impl Table for Person {
    const NAME: &'static str = "persons";
    const COLUMNS: &'static [&'static str] = &["user_id", "name", "email", "phone", "address"];
    fn bind_key<B: Binder>(key: &UserId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.user_id.0)?.put(&self.name)?.put(&self.email)?.put(&self.phone)?;
        to.optional_json(self.address.as_ref()).map(|_| ())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            user_id: UserId(from.get()?),
            name: from.get()?,
            email: from.get()?,
            phone: from.get()?,
            address: from.optional_json()?,
        })
    }
}

impl Table for Seller {
    const NAME: &'static str = "sellers";
    const COLUMNS: &'static [&'static str] =
        &["id", "external_id", "user_id", "name", "rating", "city", "country", "founded", "description"];
    fn bind_key<B: Binder>(key: &SellerId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.id.0)?.put(&self.external_id)?.put(self.user_id.map(|id| id.0))?;
        to.put(&self.name)?.put(self.rating)?.put(&self.city)?.put(&self.country)?;
        to.put(self.founded)?.put(&self.description)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            id: SellerId(from.get()?),
            external_id: from.get()?,
            user_id: from.get::<Option<Uuid>>()?.map(UserId),
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
    fn bind_key<B: Binder>(key: &CategoryId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.id.0)?.put(&self.external_id)?.put(&self.name)?.put(&self.description)?;
        to.put(self.parent.map(|id| id.0))?.put(&self.image)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            id: CategoryId(from.get()?),
            external_id: from.get()?,
            name: from.get()?,
            description: from.get()?,
            parent: from.get::<Option<Uuid>>()?.map(CategoryId),
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
        "details",
    ];
    fn bind_key<B: Binder>(key: &ProductId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.id.0)?.put(&self.external_id)?.put(&self.name)?.put(&self.description)?;
        to.put(self.price)?.put(self.category_id.0)?;
        to.put(self.seller_id.map(|id| id.0))?.put(&self.brand)?.json(&self.tags)?;
        to.json(&self.materials)?.put(&self.care)?.put(self.rating)?.put(self.num_reviews)?;
        to.json(&self.images)?.put(self.is_active)?.put(self.created_at)?;
        to.json(&self.details)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            id: ProductId(from.get()?),
            external_id: from.get()?,
            name: from.get()?,
            description: from.get()?,
            price: from.get()?,
            category_id: CategoryId(from.get()?),
            seller_id: from.get::<Option<Uuid>>()?.map(SellerId),
            brand: from.get()?,
            tags: from.json()?,
            materials: from.json()?,
            care: from.get()?,
            rating: from.get()?,
            num_reviews: from.get()?,
            images: from.json()?,
            is_active: from.get()?,
            created_at: from.get()?,
            details: from.json()?,
        })
    }
}

impl Table for Variant {
    const NAME: &'static str = "variants";
    const COLUMNS: &'static [&'static str] =
        &["id", "product_id", "sku", "size", "color", "price_adjustment", "rank", "loaded_stock", "details"];
    fn bind_key<B: Binder>(key: &VariantId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.id.0)?.put(self.product_id.0)?.put(&self.sku)?.put(&self.size)?.put(&self.color)?;
        to.put(self.price_adjustment)?.put(self.rank)?.put(self.loaded_stock)?.json(&self.details)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            id: VariantId(from.get()?),
            product_id: ProductId(from.get()?),
            sku: from.get()?,
            size: from.get()?,
            color: from.get()?,
            price_adjustment: from.get()?,
            rank: from.get()?,
            loaded_stock: from.get()?,
            details: from.json()?,
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
    fn bind_key<B: Binder>(key: &OrderId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.id.0)?
            .put(self.number.map(|number| number as i64))?
            .put(self.user_id.0)?
            .put(self.status.as_str())?;
        to.put(self.total)?.put(&self.payment_method_id)?.put(&self.payment_id)?;
        to.put(&self.tracking_number)?;
        to.optional_json(self.shipping_address.as_ref())?;
        to.put(self.placed_at)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            id: OrderId(from.get()?),
            number: from.get()?,
            user_id: UserId(from.get()?),
            status: {
                let text: String = from.get()?;
                let known = OrderStatus::ALL.into_iter().find(|status| status.as_str() == text);
                known.ok_or_else(|| from.corrupt(format!("no order is `{text}`").into()))?
            },
            total: from.get()?,
            payment_method_id: from.get()?,
            payment_id: from.get()?,
            tracking_number: from.get()?,
            shipping_address: from.optional_json()?,
            placed_at: from.get()?,
        })
    }
}

impl Table for OrderItem {
    const NAME: &'static str = "order_items";
    const KEY: usize = 2;
    const COLUMNS: &'static [&'static str] =
        &["order_id", "line", "product_id", "variant_id", "name", "quantity", "price", "snapshot"];
    fn bind_key<B: Binder>(key: &(OrderId, u32), to: &mut B) -> Result<(), B::Error> {
        to.put(key.0.0)?.put(key.1).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.order_id.0)?.put(self.line)?.put(self.product_id.0)?.put(self.variant_id.0)?;
        to.put(&self.name)?.put(self.quantity)?.put(self.price)?.put(&self.snapshot)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            order_id: OrderId(from.get()?),
            line: from.get()?,
            product_id: ProductId(from.get()?),
            variant_id: VariantId(from.get()?),
            name: from.get()?,
            quantity: from.get()?,
            price: from.get()?,
            snapshot: from.get()?,
        })
    }
}

impl Table for Load {
    const NAME: &'static str = "loads";
    const COLUMNS: &'static [&'static str] = &["source", "digest", "started_at", "finished_at"];
    fn bind_key<B: Binder>(key: &String, to: &mut B) -> Result<(), B::Error> {
        to.put(key).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(&self.source)?.put(&self.digest)?.put(self.started_at)?;
        to.put(self.finished_at)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            source: from.get()?,
            digest: from.get()?,
            started_at: from.get()?,
            finished_at: from.get()?,
        })
    }
}

/// What a record is found by lies in `record_index`. A record that was deleted leaves its key and its version.
impl Table for RecordRow {
    const NAME: &'static str = "records";
    const KEY: usize = 2;
    const COLUMNS: &'static [&'static str] = &["kind", "id", "form", "data", "personal", "person"];
    const GONE: Option<&'static str> = Some("records.data IS NULL");
    fn bind_key<B: Binder>(key: &RecordKey, to: &mut B) -> Result<(), B::Error> {
        to.put(&key.kind)?.put(key.id).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        Self::bind_key(&self.key, to)?;
        let content = self.content.as_ref();
        to.put(content.map(|content| i64::from(content.form)))?;
        to.value(Value::Json(content.map(|content| content.data.clone())))?;
        to.value(Value::Json(content.and_then(|content| content.personal.clone())))?;
        to.put(content.and_then(|content| content.person).map(|person| person.0))?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        let key = RecordKey { kind: from.get()?, id: from.get()? };
        let form: Option<u16> = from.get()?;
        let (data, personal) = (from.json_text()?, from.json_text()?);
        let person = from.get::<Option<Uuid>>()?.map(UserId);
        let content = form.zip(data).map(|(form, data)| {
            let entries = Vec::new();
            RecordContent { form, data, personal, person, entries }
        });
        Ok(Self { key, content })
    }
}
