//! Answers to questions about a series: one statement over the parts that [`cut`] names, so that all of them are of one
//! moment.

use souk_kernel::Timestamp;
use souk_ports::Result;
use souk_ports::series::{Aggregate, Aggregated, Bucket, By, Dimension, Value};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use crate::remote::postgres_registry::{Database, Tables};
use crate::series::cut::{Range, Source, cut, rolled_up};
use crate::series::rollups::{number, span_number};

/// `extension` is the schema in which TimescaleDB lies.
pub(super) async fn aggregate(
    database: &Database,
    tables: &Tables,
    extension: &str,
    question: &Aggregate,
) -> Result<Vec<Aggregated>> {
    let parts = cut(question);
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let statement = Statement::of(&parts, tables, extension, question);
    let parameters: Vec<(&(dyn ToSql + Sync), Type)> = statement
        .parameters
        .iter()
        .map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone()))
        .collect();
    let rows = database.rows_of_one(&statement.sql, &parameters).await?;
    Ok(rows.iter().map(|row| aggregated(row, question.group)).collect())
}

struct Statement {
    sql: String,
    parameters: Vec<(Box<dyn ToSql + Sync + Send>, Type)>,
}

impl Statement {
    fn of(parts: &[(Source, Range)], tables: &Tables, extension: &str, question: &Aggregate) -> Self {
        let mut this = Self { sql: String::new(), parameters: Vec::new() };
        let parts: Vec<String> = parts
            .iter()
            .map(|(source, range)| match source {
                Source::Facts => this.facts(tables, question, *range),
                Source::Rollups(span) => this.rollups(tables, question, *span, *range),
            })
            .collect();
        let width = |ms: i64| format!("{extension}.time_bucket({ms}::bigint, at)");
        let bucket = match question.bucket {
            None => "NULL::bigint".to_owned(),
            Some(Bucket::Minute) => width(60_000),
            Some(Bucket::Hour) => width(3_600_000),
            Some(Bucket::Day) => width(86_400_000),
            Some(Bucket::Month) => format!(
                "(extract(epoch FROM {extension}.time_bucket('1 month', to_timestamp(at / 1000.0), 'UTC')) \
                 * 1000)::bigint"
            ),
        };
        let greatest = match question.order {
            By::Time => "",
            By::Quantity => "quantity DESC, ",
            By::Amount => "amount DESC, ",
        };
        let limit = this.bind(i64::from(question.limit), Type::INT8);
        this.sql = format!(
            "SELECT {bucket} AS bucket, value, sum(facts)::bigint AS facts, sum(quantity)::bigint AS quantity, \
             sum(amount)::bigint AS amount FROM ({}) AS parts GROUP BY bucket, value \
             ORDER BY {greatest}bucket, value NULLS FIRST LIMIT {limit}",
            parts.join(" UNION ALL ")
        );
        this
    }

    fn facts(&mut self, tables: &Tables, question: &Aggregate, range: Range) -> String {
        let value = match question.group {
            None => "NULL::uuid",
            Some(dimension) => column(dimension),
        };
        let mut part = format!(
            "SELECT at, 1::bigint AS facts, quantity, amount, {value} AS value FROM {} WHERE {}",
            tables.name("facts"),
            self.within("at", range)
        );
        for (dimension, value) in &question.only {
            let wanted = self.value(value);
            part.push_str(&format!(" AND {} = {wanted}", column(*dimension)));
        }
        part
    }

    fn rollups(&mut self, tables: &Tables, question: &Aggregate, span: Bucket, range: Range) -> String {
        let dimension = rolled_up(question).flatten();
        let column = if dimension == Some(Dimension::Label) { "label" } else { "id" };
        let value = if question.group.is_some() { column } else { "NULL::uuid" };
        let mut part = format!(
            "SELECT start AS at, facts, quantity, amount, {value} AS value FROM {} \
             WHERE span = {} AND dimension = {} AND {}",
            tables.name("rollups"),
            span_number(span),
            number(dimension),
            self.within("start", range)
        );
        for (_, value) in &question.only {
            let wanted = self.value(value);
            part.push_str(&format!(" AND {column} = {wanted}"));
        }
        part
    }

    fn within(&mut self, column: &str, range: Range) -> String {
        let (first, last) = (self.bind(range.first, Type::INT8), self.bind(range.last, Type::INT8));
        format!("{column} >= {first} AND {column} <= {last}")
    }

    fn value(&mut self, value: &Value) -> String {
        match value {
            Value::Id(id) => self.bind(*id, Type::UUID),
            Value::Label(label) => self.bind(label.clone(), Type::TEXT),
        }
    }

    fn bind(&mut self, value: impl ToSql + Sync + Send + 'static, kind: Type) -> String {
        self.parameters.push((Box::new(value), kind));
        format!("${}", self.parameters.len())
    }
}

fn column(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Product => "product",
        Dimension::Variant => "variant",
        Dimension::Category => "category",
        Dimension::Seller => "seller",
        Dimension::Label => "label",
    }
}

fn aggregated(row: &Row, group: Option<Dimension>) -> Aggregated {
    let group = match group {
        None => None,
        Some(Dimension::Label) => row.get::<_, Option<String>>(1).map(Value::Label),
        Some(_) => row.get::<_, Option<_>>(1).map(Value::Id),
    };
    Aggregated {
        bucket: row.get::<_, Option<i64>>(0).map(Timestamp::from_ms),
        group,
        facts: row.get::<_, i64>(2) as u64,
        quantity: row.get(3),
        amount: row.get(4),
    }
}
