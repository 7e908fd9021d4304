use super::*;

fn line(product: &str, size: &str, quantity: u32, added_at: i64) -> Line {
    Line {
        product_id: product.parse().unwrap(),
        variant_id: format!("{product}-{size}").parse().unwrap(),
        name: product.into(),
        quantity,
        price: "2.50".parse().unwrap(),
        added_at: Timestamp::from_ms(added_at),
    }
}

fn cart(lines: impl IntoIterator<Item = Line>) -> Cart {
    let mut cart = Cart::new();
    lines.into_iter().for_each(|line| cart.put(line).unwrap());
    cart
}

fn taking(cart: &Cart, quantities: &[(&str, u32)]) -> Taking {
    let quantities =
        quantities.iter().map(|(variant, quantity)| (variant.parse().unwrap(), *quantity)).collect();
    Taking { cart: cart.id, seen: cart.taken, order: OrderId::new(), quantities }
}

fn quantities(cart: &Cart) -> Vec<u32> {
    cart.lines.iter().map(|line| line.quantity).collect()
}

#[test]
fn a_line_that_is_put_again_keeps_its_place_and_its_first_moment() {
    let mut cart = cart([line("P1", "S", 1, 10), line("P2", "S", 1, 20)]);
    cart.put(Line { price: "3".parse().unwrap(), ..line("P1", "S", 4, 30) }).unwrap();
    assert_eq!(quantities(&cart), [4, 1]);
    assert_eq!(cart.lines[0].added_at, Timestamp::from_ms(10));
    assert_eq!(cart.total().unwrap(), "14.50".parse().unwrap());
}

/// Two lines added in the same millisecond changed places when the cart was read again.
#[test]
fn lines_of_one_moment_keep_their_order() {
    let cart = cart([line("P3", "S", 1, 10), line("P1", "S", 1, 10), line("P2", "S", 1, 4)]);
    let added: Vec<_> = cart.lines.iter().map(|line| line.added_at.ms()).collect();
    assert_eq!(added, [10, 11, 12]);
}

#[test]
fn a_cart_has_its_limits() {
    let mut full = cart((0..MAX_LINES).map(|n| line(&format!("P{n}"), "S", 1, 0)));
    assert!(matches!(full.put(line("Q", "S", 1, 0)), Err(Error::TooManyLines)));
    full.put(line("P1", "S", 2, 0)).unwrap();
    for quantity in [0, MAX_QUANTITY + 1] {
        assert!(matches!(cart([]).put(line("P1", "S", quantity, 0)), Err(Error::Quantity { .. })));
    }
    let dear = Line { price: "9999999999".parse().unwrap(), ..line("P1", "S", 2, 0) };
    assert!(matches!(cart([]).put(dear), Err(Error::TooExpensive)));
}

#[test]
fn a_line_is_named_by_its_variant_or_by_a_product_that_stands_there_once() {
    let cart = cart([line("P1", "S", 1, 0), line("P2", "S", 1, 0), line("P2", "L", 1, 0)]);
    let find = |text: &str| text.parse::<ItemRef>().and_then(|item| item.find(&cart));
    assert_eq!(find("P1").unwrap(), cart.lines[0].variant_id);
    assert_eq!(find("P2-L").unwrap(), cart.lines[2].variant_id);
    assert_eq!(find(&cart.lines[1].variant_id.to_string()).unwrap(), cart.lines[1].variant_id);
    assert!(matches!(find("P2"), Err(Error::AmbiguousItem { .. })));
    assert!(matches!(find("P3"), Err(Error::UnknownItem { .. })));
    assert!(matches!(find("no id\0"), Err(Error::UnknownItem { .. })));
}

#[test]
fn an_order_is_taken_out_once() {
    let mut cart = cart([line("P1", "S", 3, 0), line("P2", "S", 1, 0)]);
    let order = taking(&cart, &[("P1-S", 1), ("P2-S", 1)]);
    assert!(cart.take(&order));
    assert_eq!((quantities(&cart), cart.taken), (vec![2], Some(order.order)));
    assert!(!cart.take(&order), "a second time");
    assert_eq!(quantities(&cart), [2]);
}

#[test]
fn what_came_and_went_meanwhile_counts() {
    let mut cart = cart([line("P1", "S", 1, 0), line("P2", "S", 1, 0)]);
    let order = taking(&cart, &[("P1-S", 1), ("P2-S", 1)]);
    cart.remove(cart.lines[1].variant_id);
    cart.put(line("P1", "S", 3, 0)).unwrap();
    cart.put(line("P3", "S", 1, 0)).unwrap();
    assert!(cart.take(&order));
    assert_eq!(quantities(&cart), [2, 1]);
}

#[test]
fn neither_a_former_cart_nor_an_order_out_of_turn_is_touched() {
    let mut now = cart([line("P1", "S", 3, 0)]);
    let former = cart([]);
    assert!(!now.take(&taking(&former, &[("P1-S", 1)])));
    let out_of_turn = Taking { seen: Some(OrderId::new()), ..taking(&now, &[("P1-S", 1)]) };
    assert!(!now.take(&out_of_turn));
    assert_eq!(quantities(&now), [3]);
}
