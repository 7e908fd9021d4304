//! pgbench writing the rows of an order to the same PostgreSQL: prepared statements, a transaction an order, as many
//! connections as there are callers, nothing asked and nothing answered. Positions and numbers come from a sequence, which
//! holds nobody up and leaves gaps. This is the limit that orders on PostgreSQL are measured against.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::sample::{NAME, PERSONAL, PLACED, PLENTY, SNAPSHOT, address};

const SCHEMA: &str = include_str!("../../crates/engines/src/store/postgres/schema.sql");

/// The address of the server in which [`run`] writes.
pub(crate) const SERVER: &str = "127.0.0.1:15432";

/// Orders a second, each committed durably by itself; `pieces` is how many variants there are to be ordered.
pub(crate) async fn run(pieces: usize, connections: usize, time: Duration) -> anyhow::Result<f64> {
    const PLACE: &str = "souk_bench_bare";
    let tables = format!(
        "DROP SCHEMA IF EXISTS {PLACE} CASCADE; CREATE SCHEMA {PLACE}; SET search_path = {PLACE};
         {SCHEMA}
         CREATE SEQUENCE numbers;
         INSERT INTO stock SELECT lpad(n::text, 32, '0')::uuid, {PLENTY}, 1 FROM generate_series(1, {pieces}) AS n;"
    );
    sql(&tables).await?;
    let threads = connections.min(2).to_string();
    let (connections, seconds) = (connections.to_string(), time.as_secs().max(1).to_string());
    let pieces = format!("pieces={pieces}");
    let options = format!("PGOPTIONS=-c search_path={PLACE}");
    let command =
        ["env", &options, "pgbench", "--no-vacuum", "--protocol=prepared", "--file=-", "-D", &pieces];
    let load = ["-c", &connections, "-j", &threads, "-T", &seconds, "postgres"];
    let report = on_server(&[&command[..], &load].concat(), &order()).await?;
    sql(&format!("DROP SCHEMA {PLACE} CASCADE")).await?;
    let rate = report.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.with_context(|| format!("pgbench says no rate: {report}"))
}

/// Runs statements, and writes out what the server has not yet, so that nobody is measured with another's burden.
pub(crate) async fn sql(statements: &str) -> anyhow::Result<()> {
    let statements = format!("{statements}; CHECKPOINT;");
    on_server(&["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"], &statements).await.map(drop)
}

/// What an order writes, one statement a table.
fn order() -> String {
    // A colon before a letter or a number would be a variable.
    let json = |text: &str| text.replace("\":", "\": ");
    let address = json(&serde_json::to_string(&address()).unwrap_or_default());
    let (placed, personal, snapshot) = (json(PLACED), json(PERSONAL), json(SNAPSHOT));
    let id = "lpad(:n::text, 32, '0')::uuid";
    let variant = "lpad(:piece::text, 32, '0')::uuid";
    let user = "'c8bb66b6-e01e-5a36-8c94-41f197f5cb08'";
    format!(
        r#"\set piece random(1, :pieces)
BEGIN;
UPDATE stock SET quantity = quantity - 1, version = version + 1 WHERE variant_id = {variant} AND quantity >= 1;
INSERT INTO orders SELECT lpad(n::text, 32, '0')::uuid, n, {user}, 'pending', 3990, 'pm_1', NULL, NULL, '{address}', 1700000000000, 1 FROM nextval('numbers') AS n RETURNING number AS n \gset
INSERT INTO order_items VALUES ({id}, 0, {variant}, {variant}, '{NAME}', 1, 3990, '{snapshot}', 1);
INSERT INTO events VALUES (:n, 5, {id}, 1, {id}, 'order-placed', 1, '{placed}', 1700000000000, 1700000000000, '{{"by": "user","id": "c8bb66b6-e01e-5a36-8c94-41f197f5cb08"}}', NULL);
INSERT INTO event_personal VALUES (:n, {user}, '{personal}');
INSERT INTO idempotency VALUES ('orders/c8bb66b6-e01e-5a36-8c94-41f197f5cb08', ({id})::text, decode(repeat('07', 32), 'hex'), '{{"order_id": "c8bb66b6-e01e-5a36-8c94-41f197f5cb08","total": 39.9}}', :n, :n, 9223372036854775807);
COMMIT;
"#
    )
}

/// One of PostgreSQL's own programs, where the server is.
async fn on_server(command: &[&str], input: &str) -> anyhow::Result<String> {
    let mut program = Command::new("scripts/engines")
        .args(["exec", "postgres"])
        .args(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("scripts/engines, which is called from the repository's root")?;
    let mut stdin = program.stdin.take().context("the program has no input")?;
    stdin.write_all(input.as_bytes()).await?;
    drop(stdin);
    let output = program.wait_with_output().await?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
