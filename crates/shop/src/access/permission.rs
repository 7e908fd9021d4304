//! What people who work for the shop may do. Permissions are named, and combined as the shop likes.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// One field of work. Names are stored and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Permission {
    /// Products, categories, sellers, pictures, prices and stock.
    Catalog,
    /// Everybody's orders and their steps.
    Orders,
    /// What the shop knows of its customers.
    Customers,
    /// Figures of sales, stock and speed.
    Analytics,
    /// Accounts of others, and what they may do.
    Accounts,
}

impl Permission {
    pub const ALL: [Self; 5] =
        [Self::Catalog, Self::Orders, Self::Customers, Self::Analytics, Self::Accounts];

    pub fn name(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Orders => "orders",
            Self::Customers => "customers",
            Self::Analytics => "analytics",
            Self::Accounts => "accounts",
        }
    }

    /// `None` where nothing is called so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// What somebody is in the shop beside a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles {
    /// May do everything, also what will be added.
    is_admin: bool,
    permissions: u32,
}

impl Roles {
    pub const NONE: Self = Self { is_admin: false, permissions: 0 };
    pub const ADMIN: Self = Self { is_admin: true, permissions: 0 };

    pub fn of(permissions: impl IntoIterator<Item = Permission>) -> Self {
        let permissions = permissions.into_iter().fold(0, |all, one| all | one.bit());
        Self { is_admin: false, permissions }
    }

    pub fn may(self, permission: Permission) -> bool {
        self.is_admin || self.permissions & permission.bit() != 0
    }

    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// These and those.
    pub fn and(self, more: Self) -> Self {
        Self { is_admin: self.is_admin || more.is_admin, permissions: self.permissions | more.permissions }
    }

    /// These without those.
    pub fn without(self, less: Self) -> Self {
        Self { is_admin: self.is_admin && !less.is_admin, permissions: self.permissions & !less.permissions }
    }

    /// As people write them: `admin`, or names of permissions.
    pub fn names(self) -> Vec<&'static str> {
        let admin = self.is_admin.then_some("admin");
        let permissions = Permission::ALL.into_iter().filter(|one| self.permissions & one.bit() != 0);
        admin.into_iter().chain(permissions.map(Permission::name)).collect()
    }

    /// Reads what [`Self::names`] writes; what is none of them is the error.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        names.into_iter().try_fold(Self::NONE, |roles, name| match name {
            "admin" => Ok(roles.and(Self::ADMIN)),
            name => Permission::named(name).map(|one| roles.and(Self::of([one]))).ok_or(name.to_owned()),
        })
    }
}

impl Serialize for Roles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.names().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let read = Self::named(names.iter().map(String::as_str));
        read.map_err(|name| D::Error::custom(format!("there is no role or permission `{name}`")))
    }
}

impl utoipa::PartialSchema for Roles {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        Vec::<String>::schema()
    }
}

impl ToSchema for Roles {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_written_as_names_and_read_back() {
        let both = Roles::of([Permission::Orders, Permission::Catalog]);
        assert_eq!(serde_json::to_string(&both).unwrap(), r#"["catalog","orders"]"#);
        for roles in [Roles::NONE, Roles::ADMIN, both, Roles::ADMIN.and(both)] {
            let text = serde_json::to_string(&roles).unwrap();
            assert_eq!(serde_json::from_str::<Roles>(&text).unwrap(), roles, "{text}");
        }
        assert!(serde_json::from_str::<Roles>(r#"["root"]"#).is_err());
        assert_eq!(Roles::ADMIN.and(both).without(Roles::ADMIN), both);
    }

    /// Stored data depends on these: they may never change.
    #[test]
    fn names_stay() {
        let names = Permission::ALL.map(Permission::name);
        assert_eq!(names, ["catalog", "orders", "customers", "analytics", "accounts"]);
    }
}
