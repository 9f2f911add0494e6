#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long the queries of rstcause-ask take over many resets, by SQLite and by DuckDB.

    queries.py EXPLAIN [--rows 10000000] [--duckdb FOLDER]

EXPLAIN is a built rstcause-explain; what it says of the sample captures is loaded as rstcause-ask loads it and copied
until there are so many rows, each copy at another moment and of another client. DuckDB comes from npm
(@duckdb/node-api, the version below) into FOLDER, or into a temporary one; it is needed by this alone. Each query is
run as it stands in plugin/batch/queries, but for what DuckDB calls otherwise, and both must answer alike. About 0.8 kB
of disk a row and engine.
"""

import argparse
import csv
import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUERIES = ROOT / "plugin/batch/queries"
DUCKDB = "@duckdb/node-api@1.5.6-r.1"
STAMPS = 10_000
TABLES = ("reset", "alternative", "context", "timer")
ASKED = {"find": {"end": "203.0.113.20:8009"}}
# What DuckDB calls otherwise.
DIALECT = {"char(10)": "chr(10)",
           "strftime('%s', substr(max(time), 1, 19))":
               "CAST(CAST(epoch(CAST(substr(max(time), 1, 19) AS TIMESTAMP)) AS BIGINT) AS VARCHAR)"}

# Runs statements from stdin, one JSON string a line, and says of each how long it took and what it answered.
RUNNER = """
const { DuckDBInstance } = require('@duckdb/node-api');
(async () => {
  const connection = await (await DuckDBInstance.create(process.argv[2])).connect();
  const lines = require('readline').createInterface({ input: process.stdin });
  for await (const line of lines) {
    const begun = process.hrtime.bigint();
    let rows = [];
    try {
      rows = (await connection.runAndReadAll(JSON.parse(line))).getRowsJson();
    } catch (error) {
      console.log(JSON.stringify({ error: String(error.message) }));
      continue;
    }
    console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - begun) / 1e9, rows }));
  }
  process.exit(0);
})();
"""


def run(command, **options):
    return subprocess.run([str(part) for part in command], check=True, text=True, stdout=subprocess.PIPE, **options).stdout


class Sqlite:
    """The database as rstcause-ask opens it."""

    name = "SQLite"

    def __init__(self, place):
        self.path = place / "resets.sqlite"

    def ask(self, statements, read=True):
        begun = time.monotonic()
        text = run(["sqlite3", "-bail", "-csv", self.path], input=statements)
        return time.monotonic() - begun, list(csv.reader(text.splitlines())) if read else []


class Duckdb:
    name = "DuckDB"

    def __init__(self, place, folder):
        if not (folder / "node_modules/@duckdb").is_dir():
            run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, DUCKDB])
        (folder / "runner.js").write_text(RUNNER)
        self.program = subprocess.Popen(["node", folder / "runner.js", place / "resets.duckdb"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, statements):
        self.program.stdin.write(json.dumps(statements) + "\n")
        self.program.stdin.flush()
        told = json.loads(self.program.stdout.readline())
        if "error" in told:
            raise SystemExit(f"DuckDB: {told['error']}")
        return told["seconds"], told["rows"]


def load_samples(place, explain):
    """The sample captures' resets as rstcause-ask has them: the column types too."""
    lines = place / "samples.ndjson"
    lines.write_text(run([explain, *sorted((ROOT / "sample-pcaps").glob("*.pcap"))]))
    samples = place / "samples.sqlite"
    run(["sqlite3", "-bail", samples, "CREATE TEMP TABLE line (json TEXT)", ".mode ascii", '.separator "\\037" "\\n"',
         f".import --schema temp '{lines}' line", f".read '{QUERIES / 'load.sql'}'"])
    return samples


def moments(place):
    """Moments and clients that the copies have in turns."""
    begin = datetime.datetime(2026, 1, 1)
    path = place / "stamps.csv"
    with path.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["n", "moment", "peer"])
        for n in range(STAMPS):
            moment = begin + datetime.timedelta(seconds=n * 311)
            rows.writerow([n, moment.strftime("%Y-%m-%dT%H:%M:%S"), f"198.18.{n // 250}.{n % 250 + 1}"])
    return path


def columns_of(samples, table):
    return [row[1] for row in csv.reader(run(["sqlite3", "-csv", samples, f"PRAGMA table_info({table})"]).splitlines())]


def kinds_of(samples, table):
    """{column: DuckDB's type of what SQLite holds in it}."""
    kinds = {"integer": "BIGINT", "real": "DOUBLE"}
    columns = columns_of(samples, table)
    held = ", ".join(f"(SELECT max(typeof({name})) FROM {table} WHERE {name} IS NOT NULL)" for name in columns)
    row = run(["sqlite3", "-csv", samples, f"SELECT {held}"]).strip().split(",")
    return {name: "BIGINT" if name == "id" else kinds.get(kind, "VARCHAR") for name, kind in zip(columns, row)}


def copied(samples, table, rows):
    """SELECT of a table's rows once for each copy."""
    new = {"id": f"copies.n * {rows} + s.id", "time": "stamps.moment || substr(s.time, 20)",
           "client": "stamps.peer", "file": "CAST(copies.n AS TEXT) || '/' || s.file"}
    chosen = ", ".join(f"{new[name]} AS {name}" if name in new else name for name in columns_of(samples, table))
    return (f"SELECT {chosen} FROM samples.{table} AS s CROSS JOIN copies "
            f"JOIN stamps ON stamps.n = copies.n % {STAMPS}")


def fill_sqlite(sqlite, samples, stamps, rows, copies):
    made = "".join(f"CREATE TABLE {table} AS {copied(samples, table, rows)};\n" for table in TABLES)
    made += "".join(re.findall(r"CREATE (?:UNIQUE )?INDEX [^;]*;\n", (QUERIES / "load.sql").read_text()))
    sqlite.ask("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;\n"
               f"ATTACH '{samples}' AS samples;\n"
               "CREATE TEMP TABLE stamps (n INTEGER PRIMARY KEY, moment TEXT, peer TEXT);\n"
               f".mode csv\n.import --skip 1 '{stamps}' stamps\n"
               f"CREATE TEMP TABLE copies AS WITH RECURSIVE c(n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM c "
               f"WHERE n + 1 < {copies}) SELECT n FROM c;\n{made}", read=False)


def fill_duckdb(duckdb, samples, place, stamps, rows, copies):
    duckdb.ask("CREATE SCHEMA samples")
    for table in TABLES:
        path = place / f"{table}.csv"
        told = run(["sqlite3", "-csv", "-nullvalue", "\\N", samples, f"SELECT * FROM {table}"])
        path.write_text(",".join(columns_of(samples, table)) + "\n" + told)
        types = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds_of(samples, table).items())
        duckdb.ask(f"CREATE TABLE samples.{table} AS FROM "
                   f"read_csv('{path}', header = true, nullstr = '\\N', types = {{{types}}})")
    duckdb.ask(f"CREATE TEMP TABLE stamps AS FROM read_csv('{stamps}', all_varchar = true)")
    duckdb.ask("CREATE OR REPLACE TEMP TABLE stamps AS SELECT CAST(n AS INTEGER) AS n, moment, peer FROM stamps")
    duckdb.ask(f"CREATE TEMP TABLE copies AS SELECT range AS n FROM range({copies})")
    for table in TABLES:
        duckdb.ask(f"CREATE TABLE {table} AS {copied(samples, table, rows)}")


def for_duckdb(query):
    """Without the lines that are the shell's of SQLite, and with DuckDB's names of functions."""
    query = re.sub(r"(?m)^\..*$", "", query)
    for ours, theirs in DIALECT.items():
        query = query.replace(ours, theirs)
    return query


def ask_in_parts(duckdb, query):
    """Statement by statement: DuckDB answers with the last one's rows, and a CREATE with a count."""
    taken, answer = 0, []
    for statement in query.split(";\n"):
        if statement.strip():
            seconds, rows = duckdb.ask(statement)
            taken += seconds
            answer += [] if re.search(r"(?m)^CREATE ", statement) else rows
    return taken, answer


def words_of(rows):
    """What an answer says, line by line: numbers by value, names that are listed in any order."""
    def plain(word):
        try:
            return str(round(float(word), 6))
        except ValueError:
            return word
    for row in rows:
        for line in ",".join("" if cell is None else str(cell) for cell in row).split("\n"):
            yield sorted(map(plain, line.split(",")))


def main():
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("explain", type=pathlib.Path)
    parse.add_argument("--rows", type=int, default=10_000_000)
    parse.add_argument("--duckdb", type=pathlib.Path)
    chosen = parse.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        place = pathlib.Path(temporary)
        samples, stamps = load_samples(place, chosen.explain.resolve()), moments(place)
        rows = int(run(["sqlite3", samples, "SELECT max(id) FROM reset"]))
        copies = -(-chosen.rows // int(run(["sqlite3", samples, "SELECT count(*) FROM reset"])))
        sqlite, duckdb = Sqlite(place), Duckdb(place, (chosen.duckdb or place / "duckdb").resolve())
        fill_sqlite(sqlite, samples, stamps, rows, copies)
        fill_duckdb(duckdb, samples, place, stamps, rows, copies)
        count = sqlite.ask("SELECT count(*) FROM reset")[1][0][0]
        print(f"{count} resets\n\n| query | SQLite | DuckDB | rows of the answer |\n|---|---:|---:|---:|")
        unlike = []
        for query in sorted(QUERIES.glob("*.sql")):
            if query.stem == "load":
                continue
            asked = "CREATE TEMP TABLE asked (name TEXT, value TEXT)"
            given = "; ".join([asked, *(f"INSERT INTO asked VALUES ('{name}', '{value}')"
                                        for name, value in ASKED.get(query.stem, {}).items())])
            slow, told = sqlite.ask(f"{given};\n{query.read_text()}")
            duckdb.ask(f"DROP TABLE IF EXISTS asked; {given}")
            fast, also = ask_in_parts(duckdb, for_duckdb(query.read_text()))
            if list(words_of(told)) != list(words_of(also)):
                unlike.append(query.stem)
            print(f"| `{query.stem}` | {slow:.1f} s | {fast:.2f} s | {len(told)} |", flush=True)
        if unlike:
            sys.exit(f"They do not answer alike: {', '.join(unlike)}")


if __name__ == "__main__":
    main()
