//! Several questions as one statement: each that is put by itself costs the server and this process about as much as
//! what it asks for.

use tokio_postgres::Row as SqlRow;
use uuid::Uuid;

use super::arrays::{Arrays, Bound};
use super::connection::{Connection, Failure};

/// The columns of an answer, by type; every answer has as many of each as the widest.
#[derive(Default)]
pub(super) struct Columns<'c> {
    pub(super) ids: &'c [&'c str],
    pub(super) numbers: &'c [&'c str],
    pub(super) texts: &'c [&'c str],
    pub(super) bytes: &'c [&'c str],
}

const IDS: usize = 2;
const NUMBERS: usize = 3;
const TEXTS: usize = 3;
const BYTES: usize = 1;

impl Columns<'_> {
    fn list(&self) -> String {
        let kinds = [
            (self.ids, IDS, "uuid"),
            (self.numbers, NUMBERS, "bigint"),
            (self.texts, TEXTS, "text"),
            (self.bytes, BYTES, "bytea"),
        ];
        let of_kind = |(columns, width, sql_type): (&[&str], usize, &str)| -> String {
            assert!(columns.len() <= width, "no answer has {} columns of type {sql_type}", columns.len());
            (0..width).map(|at| format!(", {}::{sql_type}", columns.get(at).unwrap_or(&"NULL"))).collect()
        };
        kinds.map(of_kind).concat()
    }
}

/// A row of an answer. Columns count from 0 within their type.
pub(super) struct Answer(SqlRow);

impl Answer {
    pub(super) fn id(&self, at: usize) -> Uuid {
        self.0.get(1 + at)
    }

    pub(super) fn id_or_null(&self, at: usize) -> Option<Uuid> {
        self.0.get(1 + at)
    }

    pub(super) fn number(&self, at: usize) -> i64 {
        self.0.get(1 + IDS + at)
    }

    pub(super) fn number_or_null(&self, at: usize) -> Option<i64> {
        self.0.get(1 + IDS + at)
    }

    pub(super) fn text(&self, at: usize) -> String {
        self.0.get(1 + IDS + NUMBERS + at)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.0.get(1 + IDS + NUMBERS + TEXTS)
    }
}

/// Which of the questions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question(usize);

#[derive(Default)]
pub(super) struct Questions {
    pub(super) arrays: Arrays,
    parts: Vec<String>,
    asked: usize,
}

impl Questions {
    /// `SELECT <columns> FROM <from>`; no answer, and no question, unless it is `wanted`.
    pub(super) fn ask(
        &mut self,
        wanted: bool,
        columns: &Columns<'_>,
        from: impl FnOnce(&mut Arrays) -> String,
    ) -> Question {
        let place = self.asked;
        if wanted {
            let from = from(&mut self.arrays);
            self.parts.push(format!("SELECT {place}::bigint{} FROM {from}", columns.list()));
        }
        self.asked += 1;
        Question(place)
    }

    pub(super) async fn answers(self, connection: &Connection) -> Result<Answers, Failure> {
        let mut answers = Answers((0..self.asked).map(|_| Vec::new()).collect());
        let one = Bound { sql: self.parts.join(" UNION ALL "), arrays: self.arrays };
        for row in connection.rows_of(&one).await? {
            let place: i64 = row.get(0);
            answers.0[place as usize].push(Answer(row));
        }
        Ok(answers)
    }
}

/// What each question was answered.
pub(super) struct Answers(Vec<Vec<Answer>>);

impl Answers {
    pub(super) fn of(&self, question: Question) -> &[Answer] {
        &self.0[question.0]
    }
}
