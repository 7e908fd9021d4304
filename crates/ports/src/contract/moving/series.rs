//! An activity feed.

use souk_kernel::{ActivityId, ProductId, Timestamp, UserId};

use super::*;
use crate::series::{Activity, ActivityKind, Series};

/// A UUIDv7 of a moment and a number.
fn activity(number: u128) -> Activity {
    let id = 0x0190_0000_0000_u128 << 80 | 7 << 76 | 2 << 62 | number;
    Activity {
        id: ActivityId(Uuid::from_u128(id)),
        at: Timestamp::from_ms(1_767_225_600_000 - number as i64),
        kind: ActivityKind::numbered((number % 5) as u8 + 1),
        visitor: UserId(Uuid::from_u128(number % 3)),
        product: ProductId(Uuid::from_u128(number)),
        session: number.is_multiple_of(2).then(|| "Ünï ‘s’".to_owned()),
        metadata: number.is_multiple_of(3).then(|| r#"{ "a": "\u0000 \"b\"" }"#.to_owned()),
    }
}

#[async_trait]
impl Sample for dyn Series {
    fn place(&self) -> Arc<dyn Owned> {
        self.owned()
    }

    async fn fill(&self) {
        for batch in [0..4, 4..11] {
            self.append(batch.map(activity).collect()).await.unwrap();
        }
    }

    async fn write_one(&self, number: u128) -> Result<()> {
        self.append(vec![activity(1_000 + number)]).await.map(drop)
    }

    fn trace(&self, number: u128) -> String {
        format!("\"{}\"", activity(1_000 + number).id.0.simple())
    }

    async fn has(&self, number: u128) -> bool {
        let id = activity(1_000 + number).id;
        self.activity(0, u32::MAX).await.unwrap().iter().any(|one| one.activity.id == id)
    }

    async fn seen(&self) -> String {
        let recorded = self.activity(0, u32::MAX).await.unwrap();
        let latest = self
            .latest(UserId(Uuid::from_u128(1)), &[1, 2, 3, 4, 5].map(ActivityKind::numbered), 3)
            .await
            .unwrap();
        format!("{:?} {recorded:?} {latest:?}", self.activity_head().await.unwrap())
    }

    async fn go_on(&self) {
        let head = self.activity_head().await.unwrap().head;
        let appended = self.append(vec![activity(3), activity(50)]).await.unwrap();
        assert_eq!((appended.position.epoch, appended.added), (head.epoch, 1));
        assert_eq!(appended.position.position, head.position + 1);
    }
}
