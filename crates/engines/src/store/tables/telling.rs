//! The tables of what people tell: reviews and comments, specifications and profiles.

use souk_kernel::{CommentId, ProductId, ReviewId, SellerId, UserId};
use souk_ports::rows::{Comment, CustomerProfile, Review, SellerProfile, Specifications};

use uuid::Uuid;

use super::{Binder, Reader, Table};

impl Table for Review {
    const NAME: &'static str = "reviews";
    const COLUMNS: &'static [&'static str] =
        &["id", "product_id", "user_id", "rating", "title", "content", "images", "created_at"];
    fn bind_key<B: Binder>(key: &ReviewId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.id.0)?.put(self.product_id.0)?.put(self.user_id.0)?.put(self.rating)?;
        to.put(&self.title)?.put(&self.content)?.json(&self.images)?.put(self.created_at)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            id: ReviewId(from.get()?),
            product_id: ProductId(from.get()?),
            user_id: UserId(from.get()?),
            rating: from.get()?,
            title: from.get()?,
            content: from.get()?,
            images: from.json()?,
            created_at: from.get()?,
        })
    }
}

impl Table for Comment {
    const NAME: &'static str = "comments";
    const COLUMNS: &'static [&'static str] =
        &["id", "review_id", "user_id", "parent", "depth", "content", "created_at"];
    fn bind_key<B: Binder>(key: &CommentId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.id.0)?.put(self.review_id.0)?.put(self.user_id.0)?;
        to.put(self.parent.map(|id| id.0))?.put(self.depth)?;
        to.put(&self.content)?.put(self.created_at)?;
        Ok(())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            id: CommentId(from.get()?),
            review_id: ReviewId(from.get()?),
            user_id: UserId(from.get()?),
            parent: from.get::<Option<Uuid>>()?.map(CommentId),
            depth: from.get()?,
            content: from.get()?,
            created_at: from.get()?,
        })
    }
}

impl Table for Specifications {
    const NAME: &'static str = "specifications";
    const COLUMNS: &'static [&'static str] = &["product_id", "entries"];
    fn bind_key<B: Binder>(key: &ProductId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.product_id.0)?.json(&self.entries).map(|_| ())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self { product_id: ProductId(from.get()?), entries: from.json()? })
    }
}

impl Table for SellerProfile {
    const NAME: &'static str = "seller_profiles";
    const COLUMNS: &'static [&'static str] = &["seller_id", "story", "techniques", "portfolio"];
    fn bind_key<B: Binder>(key: &SellerId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.seller_id.0)?.put(&self.story)?.json(&self.techniques)?.json(&self.portfolio).map(|_| ())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            seller_id: SellerId(from.get()?),
            story: from.get()?,
            techniques: from.json()?,
            portfolio: from.json()?,
        })
    }
}

impl Table for CustomerProfile {
    const NAME: &'static str = "customer_profiles";
    const COLUMNS: &'static [&'static str] = &["user_id", "about", "interests", "sizes", "newsletter"];
    fn bind_key<B: Binder>(key: &UserId, to: &mut B) -> Result<(), B::Error> {
        to.put(key.0).map(|_| ())
    }
    fn bind<B: Binder>(&self, to: &mut B) -> Result<(), B::Error> {
        to.put(self.user_id.0)?.put(&self.about)?.json(&self.interests)?.json(&self.sizes)?;
        to.put(self.newsletter).map(|_| ())
    }
    fn read<R: Reader>(from: &mut R) -> Result<Self, R::Error> {
        Ok(Self {
            user_id: UserId(from.get()?),
            about: from.get()?,
            interests: from.json()?,
            sizes: from.json()?,
            newsletter: from.get()?,
        })
    }
}
