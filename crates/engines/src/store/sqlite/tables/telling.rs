//! The tables of what people tell: reviews and comments, specifications and profiles.

use souk_kernel::{CommentId, ProductId, ReviewId, SellerId, UserId};
use souk_ports::rows::{Comment, CustomerProfile, Review, SellerProfile, Specifications};

use super::{Binder, Reader, Sql, Table};

impl Table for Review {
    const NAME: &'static str = "reviews";
    const COLUMNS: &'static [&'static str] =
        &["id", "product_id", "user_id", "rating", "title", "content", "images", "created_at"];
    fn bind_key(key: &ReviewId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.id(self.product_id.0)?.id(self.user_id.0)?.put(self.rating)?;
        to.put(&self.title)?.put(&self.content)?.json(&self.images)?.put(self.created_at.ms())?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: ReviewId(from.id()?),
            product_id: ProductId(from.id()?),
            user_id: UserId(from.id()?),
            rating: from.get()?,
            title: from.get()?,
            content: from.get()?,
            images: from.json()?,
            created_at: from.moment()?,
        })
    }
}

impl Table for Comment {
    const NAME: &'static str = "comments";
    const COLUMNS: &'static [&'static str] =
        &["id", "review_id", "user_id", "parent", "depth", "content", "created_at"];
    fn bind_key(key: &CommentId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.id.0)?.id(self.review_id.0)?.id(self.user_id.0)?;
        to.put(self.parent.map(|id| id.0.into_bytes()))?.put(self.depth)?;
        to.put(&self.content)?.put(self.created_at.ms())?;
        Ok(())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            id: CommentId(from.id()?),
            review_id: ReviewId(from.id()?),
            user_id: UserId(from.id()?),
            parent: from.optional_id()?.map(CommentId),
            depth: from.get()?,
            content: from.get()?,
            created_at: from.moment()?,
        })
    }
}

impl Table for Specifications {
    const NAME: &'static str = "specifications";
    const COLUMNS: &'static [&'static str] = &["product_id", "entries"];
    fn bind_key(key: &ProductId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.product_id.0)?.json(&self.entries).map(|_| ())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self { product_id: ProductId(from.id()?), entries: from.json()? })
    }
}

impl Table for SellerProfile {
    const NAME: &'static str = "seller_profiles";
    const COLUMNS: &'static [&'static str] = &["seller_id", "story", "techniques", "portfolio"];
    fn bind_key(key: &SellerId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.seller_id.0)?.put(&self.story)?.json(&self.techniques)?.json(&self.portfolio).map(|_| ())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            seller_id: SellerId(from.id()?),
            story: from.get()?,
            techniques: from.json()?,
            portfolio: from.json()?,
        })
    }
}

impl Table for CustomerProfile {
    const NAME: &'static str = "customer_profiles";
    const COLUMNS: &'static [&'static str] = &["user_id", "about", "interests", "sizes", "newsletter"];
    fn bind_key(key: &UserId, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(key.0).map(|_| ())
    }
    fn bind(&self, to: &mut Binder<'_, '_>) -> Sql<()> {
        to.id(self.user_id.0)?.put(&self.about)?.json(&self.interests)?.json(&self.sizes)?;
        to.put(self.newsletter).map(|_| ())
    }
    fn read(from: &mut Reader<'_, '_>) -> Sql<Self> {
        Ok(Self {
            user_id: UserId(from.id()?),
            about: from.get()?,
            interests: from.json()?,
            sizes: from.json()?,
            newsletter: from.get()?,
        })
    }
}
