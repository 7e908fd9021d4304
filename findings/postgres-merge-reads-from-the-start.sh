#!/usr/bin/env bash
# PostgreSQL: a page from the middle of a table, joined on the key that it is sorted by, reads the joined table from its start, and the
# planner takes that for nearly free.
#
# PGlite 0.5.16 is PostgreSQL 18.6 in a process (npm). `events e LEFT JOIN personal p ON p.position = e.position
# WHERE e.position > 10000 ORDER BY e.position LIMIT 10` after ANALYZE: both are read by their primary keys and merged. That
# p.position > 10000 follows is not derived (only equality with a constant is), so the merge passes 10,000 rows of `personal` before its first match; the
# estimate does not see them, because it thinks of both tables as beginning at the same key: it is under 2, less than 1/300 of what
# reading `personal` costs. An inner join is no different. A subquery in the list of columns reads ten rows.
# Met when projections read the log of a filled store (crates/engines/src/store/postgres/snapshot.rs).
source "$(dirname "$0")/common.sh"
needs npm
cd "$folder"
npm install --silent --no-audit --no-fund @electric-sql/pglite@0.5.16 > /dev/null
cat > run.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";

const db = await PGlite.create();
await db.exec(`
  CREATE TABLE events (position bigint PRIMARY KEY, data text NOT NULL);
  CREATE TABLE personal (position bigint PRIMARY KEY, data text NOT NULL);
  INSERT INTO events SELECT n, 'e' FROM generate_series(1, 20000) n;
  INSERT INTO personal SELECT n, 'p' FROM generate_series(1, 20000) n;
  ANALYZE events, personal;
`);
const page = "WHERE e.position > 10000 ORDER BY e.position LIMIT 10";
const explained = async (columns, from) => {
  const sql = `EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) SELECT e.position, ${columns} FROM ${from} ${page}`;
  const lines = (await db.query(sql)).rows.map((row) => Object.values(row)[0]);
  const rows = lines.flatMap((line) => (line.match(/actual rows=(\d+)/) ?? []).slice(1)).map(Number);
  const cost = Number(lines[0].match(/cost=[\d.]+\.\.([\d.]+)/)[1]);
  return { most: Math.max(...rows), cost, join: lines.join(" ").match(/\w+ (Left )?Join/)?.[0] };
};
const [{ server_version: version }] = (await db.query("SHOW server_version")).rows;
const joined = await explained("p.data", "events e LEFT JOIN personal p ON p.position = e.position");
const inner = await explained("p.data", "events e JOIN personal p ON p.position = e.position");
const lookedUp = await explained("(SELECT p.data FROM personal p WHERE p.position = e.position)", "events e");
console.log([version, joined.join, joined.most, joined.cost < 2, inner.most, lookedUp.most].join("\n"));
JS
node run.mjs > said
mapfile -t said < said
is "the version of PostgreSQL" "18.6" "${said[0]}"
is "the plan of the join" "Merge Left Join" "${said[1]}"
is "rows of the joined table that were read for a page of 10" "10010" "${said[2]}"
is "whether the estimated cost of it is below 2" "true" "${said[3]}"
is "the same with an inner join" "10010" "${said[4]}"
is "the same with a subquery" "10" "${said[5]}"
