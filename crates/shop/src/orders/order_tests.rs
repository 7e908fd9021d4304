use proptest::collection::vec;
use proptest::prelude::*;

use super::super::events::Pieces;
use super::super::events::tests::through_the_log;
use super::*;

fn then() -> Timestamp {
    Timestamp::from_ms(0)
}

fn item(product: &str, quantity: u32, price: &str) -> PlacedItem {
    PlacedItem {
        product_id: product.parse().unwrap(),
        variant_id: format!("{product}-S").parse().unwrap(),
        name: product.to_lowercase(),
        quantity,
        price: price.parse().unwrap(),
        list_price: None,
        parts: Vec::new(),
    }
}

fn order_of(items: Vec<PlacedItem>) -> OrderPlaced {
    OrderPlaced {
        user_id: "U001".parse().unwrap(),
        cart: None,
        total: total(&items).unwrap_or(Money::ZERO),
        items,
        currency: "EUR".into(),
        payment_method_id: Some("pm_1".into()),
        shipping_address: None,
    }
}

fn two_bowls() -> OrderPlaced {
    order_of(vec![item("P001", 2, "29.90")])
}

fn payment(payment_id: &str, amount: &str) -> OrderPaid {
    OrderPaid { payment_id: payment_id.into(), amount: amount.parse().unwrap(), method: "card".into() }
}

fn pay(payment_id: &str, amount: &str) -> Command {
    Command::Pay(payment(payment_id, amount))
}

fn ship(tracking_number: &str) -> Command {
    Command::Ship { tracking_number: tracking_number.into() }
}

const CANCEL: Command = Command::Cancel { reason: None };

/// An order to which all this happened.
struct Given(Option<Order>);

fn given(commands: impl IntoIterator<Item = Command>) -> Given {
    let id = "ORDER".parse().unwrap();
    Given(commands.into_iter().fold(None, |order: Option<Order>, command| {
        let event = decide(order.as_ref(), command).unwrap().expect("a command that changes something");
        apply(order, id, &event, then())
    }))
}

fn placed() -> [Command; 1] {
    [Command::Place(two_bowls())]
}

fn paid() -> [Command; 2] {
    [Command::Place(two_bowls()), pay("pay_1", "59.80")]
}

fn shipped() -> [Command; 3] {
    [Command::Place(two_bowls()), pay("pay_1", "59.80"), ship("PT1")]
}

fn delivered() -> [Command; 4] {
    [Command::Place(two_bowls()), pay("pay_1", "59.80"), ship("PT1"), Command::Deliver]
}

fn cancelled() -> [Command; 2] {
    [Command::Place(two_bowls()), CANCEL]
}

impl Given {
    fn when(self, command: Command) -> Then {
        Then(decide(self.0.as_ref(), command))
    }
}

struct Then(Result<Option<Event>, Error>);

impl Then {
    #[track_caller]
    fn then(self, event: Event) {
        assert_eq!(self.0.unwrap(), Some(event));
    }

    #[track_caller]
    fn then_nothing_is_left_to_do(self) {
        assert_eq!(self.0.unwrap(), None);
    }

    #[track_caller]
    fn then_refused(self, message: &str) {
        let error = self.0.unwrap_err();
        assert!(matches!(error, Error::Step { .. }), "{error:?}");
        assert_eq!(error.to_string(), message);
    }

    #[track_caller]
    fn then_invalid(self, message: &str) {
        let error = self.0.unwrap_err();
        assert!(matches!(error, Error::Invalid { .. } | Error::WrongAmount { .. }), "{error:?}");
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn an_order_goes_from_hand_to_hand() {
    given([]).when(Command::Place(two_bowls())).then(Event::Placed(two_bowls()));
    given(placed()).when(pay("pay_1", "59.80")).then(Event::Paid(payment("pay_1", "59.80")));
    given(paid()).when(ship("PT1")).then(Event::Shipped(OrderShipped { tracking_number: "PT1".into() }));
    given(shipped()).when(Command::Deliver).then(Event::Delivered(OrderDelivered {}));
}

#[test]
fn cancelling_returns_every_item() {
    let item = &two_bowls().items[0];
    let items = vec![Pieces { product_id: item.product_id, variant_id: item.variant_id, quantity: 2 }];
    for before in [&placed()[..], &paid()[..]] {
        let reason = Some("too late".to_owned());
        given(before.to_vec())
            .when(Command::Cancel { reason: reason.clone() })
            .then(Event::Cancelled(OrderCancelled { items: items.clone(), reason }));
    }
}

#[test]
fn what_has_left_the_house_cannot_be_cancelled() {
    let id = given(shipped()).0.unwrap().row.id;
    given(shipped()).when(CANCEL).then_refused(&format!(
        "order `{id}` is shipped, so it cannot be cancelled: the parcel has left the house"
    ));
    given(delivered()).when(CANCEL).then_refused(&format!(
        "order `{id}` is delivered, so it cannot be cancelled: the parcel has left the house"
    ));
}

#[test]
fn a_step_taken_twice_with_the_same_data_is_taken_once() {
    given(paid()).when(pay("pay_1", "59.80")).then_nothing_is_left_to_do();
    given(delivered()).when(pay("pay_1", "59.80")).then_nothing_is_left_to_do();
    given(shipped()).when(ship("PT1")).then_nothing_is_left_to_do();
    given(delivered()).when(Command::Deliver).then_nothing_is_left_to_do();
    given(cancelled()).when(CANCEL).then_nothing_is_left_to_do();
}

#[test]
fn a_step_taken_twice_with_other_data_is_refused() {
    let id = given(placed()).0.unwrap().row.id;
    given(paid())
        .when(pay("pay_2", "59.80"))
        .then_refused(&format!("order `{id}` is paid, so it cannot be paid: its payment is `pay_1`"));
    given(shipped())
        .when(ship("PT2"))
        .then_refused(&format!("order `{id}` is shipped, so it cannot be shipped: its parcel is `PT1`"));
}

#[test]
fn no_step_is_left_out() {
    let id = given(placed()).0.unwrap().row.id;
    for (before, command, message) in [
        (&placed()[..], ship("PT1"), "pending, so it cannot be shipped"),
        (&placed()[..], Command::Deliver, "pending, so it cannot be delivered"),
        (&paid()[..], Command::Deliver, "paid, so it cannot be delivered"),
        (&cancelled()[..], pay("pay_1", "59.80"), "cancelled, so it cannot be paid"),
        (&cancelled()[..], ship("PT1"), "cancelled, so it cannot be shipped"),
        (&cancelled()[..], Command::Deliver, "cancelled, so it cannot be delivered"),
    ] {
        given(before.to_vec()).when(command).then_refused(&format!("order `{id}` is {message}"));
    }
}

#[test]
fn a_payment_is_of_the_whole_total() {
    let id = given(placed()).0.unwrap().row.id;
    for amount in ["59.79", "59.81", "0", "-59.80"] {
        let amount: Money = amount.parse().unwrap();
        given(placed())
            .when(pay("pay_1", &amount.to_string()))
            .then_invalid(&format!("order `{id}` costs 59.80, but the payment is {amount}"));
    }
}

#[test]
fn a_message_calls_the_order_by_its_number() {
    let mut order = given(placed()).0.unwrap();
    order.row.number = Some(42);
    Given(Some(order))
        .when(Command::Deliver)
        .then_refused("order `42` is pending, so it cannot be delivered");
}

#[test]
fn an_order_that_cannot_be_is_not_placed() {
    given([]).when(CANCEL).then_invalid("an order begins with being placed");
    given([]).when(Command::Place(order_of(vec![]))).then_invalid("an order has at least one item");
    let many = (0..=MAX_LINES).map(|n| item(&format!("P{n}"), 1, "1")).collect();
    given([]).when(Command::Place(order_of(many))).then_invalid("an order has at most 100 items");
    let twice = vec![item("P1", 1, "1"), item("P1", 1, "1")];
    given([]).when(Command::Place(order_of(twice))).then_invalid("an order names each variant once");
    for quantity in [0, 10_001] {
        given([])
            .when(Command::Place(order_of(vec![item("P1", quantity, "1")])))
            .then_invalid(&format!("the quantity of `p1` must be between 1 and 10000, not {quantity}"));
    }
    let dear = vec![item("P1", 10_000, "9999999"), item("P2", 1, "1")];
    given([])
        .when(Command::Place(order_of(dear)))
        .then_invalid("the order costs more than an amount can say");
    given([])
        .when(Command::Place(OrderPlaced { total: "1".parse().unwrap(), ..two_bowls() }))
        .then_invalid("the total is not the sum of the items");
}

fn command() -> impl Strategy<Value = Command> {
    let payment = prop_oneof![Just("pay_1"), Just("pay_2")];
    let amount = prop_oneof![4 => Just("59.80"), 1 => Just("1.00")];
    prop_oneof![
        1 => Just(Command::Place(two_bowls())),
        4 => (payment, amount).prop_map(|(id, amount)| pay(id, amount)),
        4 => prop_oneof![Just("PT1"), Just("PT2")].prop_map(ship),
        3 => Just(Command::Deliver),
        1 => Just(CANCEL),
    ]
}

proptest! {
    /// The row is written step by step, each time from the events before it. Whatever the steps, reading the whole
    /// history from the log gives the same row.
    #[test]
    fn a_replay_of_the_events_is_the_row(commands in vec(command(), 0..12)) {
        let id = "ORDER".parse().unwrap();
        let mut row = None;
        let mut log = Vec::new();
        for (step, command) in std::iter::once(Command::Place(two_bowls())).chain(commands).enumerate() {
            let now = then().plus_ms(step as i64);
            let before = log.iter().fold(None, |order, (event, at)| apply(order, id, event, *at));
            if let Ok(Some(event)) = decide(before.as_ref(), command) {
                row = apply(before, id, &event, now);
                log.push((through_the_log(&event, id), now));
            }
        }
        let replayed = log.iter().fold(None, |order, (event, at)| apply(order, id, event, *at));
        prop_assert_eq!(replayed, row);
        prop_assert!(log.len() <= 4, "an order has at most four events: {:?}", log);
    }
}
