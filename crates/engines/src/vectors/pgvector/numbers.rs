//! A `vector` as it goes over the wire: how many numbers, two bytes of nothing, the numbers.

use std::error::Error;

use bytes::{Buf, BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

#[derive(Debug)]
pub(super) struct Numbers(pub(super) Vec<f32>);

impl ToSql for Numbers {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.put_u16(self.0.len().try_into()?);
        out.put_u16(0);
        self.0.iter().for_each(|number| out.put_f32(*number));
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        ty.name() == "vector"
    }

    to_sql_checked!();
}

impl FromSql<'_> for Numbers {
    fn from_sql(_: &Type, mut raw: &[u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let count = usize::from(raw.try_get_u16()?);
        raw.try_get_u16()?;
        let numbers = (0..count).map(|_| raw.try_get_f32()).collect::<Result<_, _>>()?;
        Ok(Self(numbers))
    }

    fn accepts(ty: &Type) -> bool {
        ty.name() == "vector"
    }
}
