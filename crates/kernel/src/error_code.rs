//! The one table of error codes, mapped once to every transport: the codes that many features share stand here, and one
//! that a single feature needs is [`Declared`] in its folder.

/// What went wrong, in the words that every transport shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// A value in the call, or a setting, breaks a rule.
    InvalidInput,
    /// The answer depends on who asks, and the call names no user.
    IdentityRequired,
    /// Whoever asks is known, and may not do this.
    Forbidden,
    /// What the call names does not exist.
    NotFound,
    /// No shop has been set up in the folder. Of the command line only: a server sets up its shop itself.
    NoShop,
    /// No route has this path.
    RouteNotFound,
    /// The path has a route, but not for this HTTP method.
    MethodNotAllowed,
    /// A body, or a picture, has more bytes than are taken.
    PayloadTooLarge,
    /// A body is no JSON, or a picture of no known type.
    UnsupportedMediaType,
    /// Somebody else wrote the same thing first; looking again may help.
    Conflict,
    /// More of a variant is wanted than can be sold.
    OutOfStock,
    /// The price that the order or the cart names is not today's.
    PriceChanged,
    /// A product without a price cannot be bought.
    PriceOnRequest,
    /// A product is not active, so it cannot be bought.
    NotForSale,
    /// There is nothing in the cart to order.
    EmptyCart,
    /// The order's status does not allow the step, such as shipping what is not paid.
    OrderState,
    /// The person has reviewed the product before.
    AlreadyReviewed,
    /// The idempotency key came with another request before.
    KeyReused,
    /// A queue is full; trying again later may help.
    Busy,
    /// An engine or a server is away, did not answer in time, or takes no writes.
    Unavailable,
    /// A fault of souk or of an engine; the log has its cause.
    Internal,
    /// A code that one feature declares in its folder.
    Declared(&'static Declared),
}

/// What a code comes to on each transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Declared {
    /// In kebab case; clients know the code by it, so it never changes.
    pub slug: &'static str,
    /// A sentence without its period: `The cart is empty`.
    pub title: &'static str,
    /// HTTP status, 400 to 599.
    pub http: u16,
    /// The number of a [gRPC status](https://grpc.github.io/grpc/core/md_doc_statuscodes.html).
    pub grpc: u8,
    /// Exit code of the command line, 2 or more.
    pub exit: u8,
}

impl ErrorCode {
    /// The codes that features share; those that a feature declares are not among them.
    pub const SHARED: [ErrorCode; 21] = [
        Self::InvalidInput,
        Self::IdentityRequired,
        Self::Forbidden,
        Self::NotFound,
        Self::NoShop,
        Self::RouteNotFound,
        Self::MethodNotAllowed,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::Conflict,
        Self::OutOfStock,
        Self::PriceChanged,
        Self::PriceOnRequest,
        Self::NotForSale,
        Self::EmptyCart,
        Self::OrderState,
        Self::AlreadyReviewed,
        Self::KeyReused,
        Self::Busy,
        Self::Unavailable,
        Self::Internal,
    ];

    #[rustfmt::skip]
    fn entry(self) -> Declared {
        let row = |slug, title, http, grpc, exit| Declared { slug, title, http, grpc, exit };
        match self {
            Self::InvalidInput         => row("invalid-input",          "The request is not valid",              400,  3,  2),
            Self::IdentityRequired     => row("identity-required",      "The request does not say who asks",     401, 16,  2),
            Self::Forbidden            => row("forbidden",              "This may not be done by whoever asks",  403,  7,  4),
            Self::NotFound             => row("not-found",              "There is no such thing",                404,  5,  3),
            Self::NoShop               => row("no-shop",                "There is no shop here",                 404,  5,  6),
            Self::RouteNotFound        => row("route-not-found",        "There is no such route",                404, 12,  2),
            Self::MethodNotAllowed     => row("method-not-allowed",     "The route has no such method",          405, 12,  2),
            Self::PayloadTooLarge      => row("payload-too-large",      "The request is too large",              413,  8,  2),
            Self::UnsupportedMediaType => row("unsupported-media-type", "The body has a type that is not taken", 415,  3,  2),
            Self::Conflict             => row("conflict",               "Someone else changed this meanwhile",   409, 10,  4),
            Self::OutOfStock           => row("out-of-stock",           "There is not enough in stock",          409,  9,  4),
            Self::PriceChanged         => row("price-changed",          "The price has changed",                 409,  9,  4),
            Self::PriceOnRequest       => row("price-on-request",       "The product has no price",              409,  9,  4),
            Self::NotForSale           => row("not-for-sale",           "The product is not sold any more",      409,  9,  4),
            Self::EmptyCart            => row("empty-cart",             "The cart is empty",                     409,  9,  4),
            Self::OrderState           => row("order-state",            "The order is past that step",           409,  9,  4),
            Self::AlreadyReviewed      => row("already-reviewed",       "One review a person and product",       409,  6,  4),
            Self::KeyReused            => row("idempotency-key-reused", "The key was used for another request",  422,  3,  4),
            Self::Busy                 => row("busy",                   "Too many requests wait already",        503,  8,  5),
            Self::Unavailable          => row("unavailable",            "A part of the shop cannot be reached",  503, 14,  5),
            Self::Internal             => row("internal",               "Something went wrong on our side",      500, 13, 70),
            Self::Declared(declared)   => *declared,
        }
    }

    /// The stable name of the code, as clients see it.
    pub fn slug(self) -> &'static str {
        self.entry().slug
    }

    /// A sentence for people, without its period.
    pub fn title(self) -> &'static str {
        self.entry().title
    }

    /// 400 to 599.
    pub fn http_status(self) -> u16 {
        self.entry().http
    }

    /// The number of a gRPC status; see [`Declared::grpc`].
    pub fn grpc_code(self) -> u8 {
        self.entry().grpc
    }

    /// The exit code of the command line; 0 is success and 1 is "done, but some rows were rejected".
    pub fn exit_code(self) -> u8 {
        self.entry().exit
    }
}

/// An error that knows its place in the table. Its `Display` is what clients see; its sources are for the log.
pub trait Coded: std::error::Error + Send + Sync + 'static {
    /// What every transport answers with; the same error has the same code on each.
    fn code(&self) -> ErrorCode;
}
