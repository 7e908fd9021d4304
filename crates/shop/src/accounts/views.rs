//! Accounts and sessions as their owners see them.

use serde::Serialize;
use souk_kernel::{Timestamp, UserId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Roles;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountView {
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// `null` once the owner is erased. So is `email`.
    pub name: Option<String>,
    pub email: Option<String>,
    /// Whether one can sign in with a password.
    pub has_password: bool,
    /// `admin`, or names of permissions; empty for customers.
    pub roles: Roles,
    #[schema(value_type = String)]
    pub joined_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionView {
    pub session_id: Uuid,
    #[schema(value_type = String)]
    pub began_at: Timestamp,
    #[schema(value_type = String)]
    pub expires_at: Timestamp,
    /// As the device called itself when it signed in.
    pub device: Option<String>,
    /// It is the one that asks.
    pub is_this: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionsAnswer {
    /// The newest first.
    pub sessions: Vec<SessionView>,
}

/// A session that has begun. The token is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignedIn {
    /// For the header `Authorization: Bearer`.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(example = "souk_9f2c…")]
    pub token: String,
    pub session_id: Uuid,
    #[schema(value_type = String)]
    pub user_id: UserId,
    #[schema(value_type = String)]
    pub expires_at: Timestamp,
}
