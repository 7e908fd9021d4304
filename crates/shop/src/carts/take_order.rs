//! Taking an order out of a cart.
