"""Run bookkeeping: what was asked, what came of it, and where it failed."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from vocmine import __version__
from vocmine.guard import Costs
from vocmine.intake import storable
from vocmine.message import Skipped, Unreadable
from vocmine.store.database import Store

RAW_CHARACTERS = 500


@dataclass(slots=True)
class Counts:
    """Records of a run: `read` is the sum of new, changed, unchanged, skipped and unreadable ones.

    `failed` counts unreadable records and messages on which an analyzer failed; `analysed` counts
    messages that some analyzer saw in this run.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    analysed: int = 0


def start_run(store: Store, name: str, options: Mapping[str, Any]) -> int:
    """Open a run; runs that were killed before they could finish are marked interrupted."""
    now = datetime.now(UTC)
    with store.transaction() as conn:
        conn.execute("UPDATE runs SET status = 'interrupted' WHERE status = 'running'")
        conn.execute("UPDATE analyses SET status = 'interrupted' WHERE status = 'running'")
        cursor = conn.execute(
            "INSERT INTO runs (name, started_at, status, version, options) "
            "VALUES (?, ?, 'running', ?, ?)",
            [
                f"{now.astimezone():%Y-%m-%d %H:%M} {name}"[:120],
                now.isoformat(timespec="seconds"),
                __version__,
                json.dumps(dict(options), ensure_ascii=False, default=str),
            ],
        )
    return int(cursor.lastrowid or 0)


def finish_run(store: Store, run_id: int, counts: Counts, status: str) -> None:
    """Close a run with its counts."""
    values = asdict(counts)
    with store.transaction() as conn:
        conn.execute(
            f"UPDATE runs SET status = ?, finished_at = ?, "
            f"{', '.join(f'{name} = ?' for name in values)} WHERE id = ?",
            [status, datetime.now(UTC).isoformat(timespec="seconds"), *values.values(), run_id],
        )


def start_analysis(
    store: Store,
    run_id: int,
    name: str,
    *,
    plugin: str,
    version: str,
    model_sha256: str,
    fingerprint: str,
) -> int:
    """Record that an analyzer takes part in a run."""
    with store.transaction() as conn:
        cursor = conn.execute(
            "INSERT INTO analyses (run_id, name, plugin, version, model_sha256, fingerprint, "
            "status) VALUES (?, ?, ?, ?, ?, ?, 'running')",
            [run_id, name, plugin, version, model_sha256, fingerprint],
        )
    return int(cursor.lastrowid or 0)


def finish_analyses(store: Store, ids: Mapping[str, int], failed: Sequence[str]) -> None:
    """Mark the analyses of a run, last of all, as ok or failed."""
    with store.transaction() as conn:
        conn.executemany(
            "UPDATE analyses SET status = ? WHERE id = ?",
            [("failed" if name in failed else "ok", key) for name, key in ids.items()],
        )


def record_costs(store: Store, run_id: int, costs: Costs) -> None:
    """Record what each plugin took in a run."""
    with store.transaction() as conn:
        conn.executemany(
            "INSERT OR REPLACE INTO plugin_costs (run_id, kind, name, plugin, calls, seconds, "
            "memory) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (run_id, *who, cost.calls, round(cost.seconds, 3), cost.memory)
                for who, cost in costs.of.items()
            ],
        )


def record_skips(store: Store, run_id: int, source: int, skipped: Sequence[Skipped]) -> None:
    """Add skipped records to the run's counts by reason, with the first locator as example."""
    with store.transaction() as conn:
        for reason, records in Counter(item.reason for item in skipped).items():
            found = conn.execute(
                "UPDATE skips SET records = records + ? "
                "WHERE run_id = ? AND source_id = ? AND reason = ?",
                [records, run_id, source, reason],
            )
            if found.rowcount == 0:
                example = next(item.locator for item in skipped if item.reason == reason)
                conn.execute(
                    "INSERT INTO skips (run_id, source_id, reason, records, example) "
                    "VALUES (?, ?, ?, ?, ?)",
                    [run_id, source, reason, records, storable(example)],
                )


def record_unreadable(
    store: Store, run_id: int, source: int, plugin: str, records: Sequence[Unreadable]
) -> None:
    """Record each unreadable record with where it stands and the start of what was there."""
    with store.transaction() as conn:
        conn.executemany(
            "INSERT INTO failures (run_id, source_id, plugin, locator, error, raw) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    run_id,
                    source,
                    plugin,
                    storable(r.locator),
                    storable(r.error),
                    storable(r.raw[:RAW_CHARACTERS]),
                )
                for r in records
            ],
        )


def record_failure(
    store: Store,
    run_id: int,
    plugin: str,
    error: str,
    *,
    source: int | None = None,
    message: int | None = None,
    traceback: str = "",
) -> None:
    """Record a failure of a message, a file (`source`) or a whole plugin (neither)."""
    with store.transaction() as conn:
        insert_failure(
            conn, run_id, plugin, error, source=source, message=message, traceback=traceback
        )


def insert_failure(
    conn: sqlite3.Connection,
    run_id: int,
    plugin: str,
    error: str,
    *,
    source: int | None = None,
    message: int | None = None,
    traceback: str = "",
) -> None:
    """As `record_failure`, in the caller's transaction; a message tells its source and place."""
    conn.execute(
        "INSERT INTO failures (run_id, source_id, message_id, plugin, locator, error, traceback) "
        "SELECT ?, coalesce(?, m.source_id), ?, ?, coalesce(m.locator, ''), ?, ? "
        "FROM (SELECT 1) LEFT JOIN messages AS m ON m.id = ?",
        [run_id, source, message, plugin, storable(error), storable(traceback), message],
    )


def run_of(store: Store, analyzer: str) -> tuple[int, dict[str, Any]] | None:
    """The newest run that an analyzer took part in, else the newest of all: id and options.

    None for a store without runs.
    """
    row = store.conn.execute(
        "SELECT id, options FROM runs ORDER BY "
        "id = (SELECT max(run_id) FROM analyses WHERE name = ?) DESC, id DESC LIMIT 1",
        [analyzer],
    ).fetchone()
    return (row[0], json.loads(row[1])) if row else None


def corpus_is_fresh(store: Store, analyzer: str, fingerprint: str) -> bool:
    """Whether the analyzer's last corpus analysis has seen every message there is."""
    row = store.conn.execute(
        "SELECT id, fingerprint, status FROM analyses WHERE name = ? ORDER BY id DESC LIMIT 1",
        [analyzer],
    ).fetchone()
    if row is None or row[1] != fingerprint or row[2] != "ok":
        return False
    newest = store.conn.execute("SELECT max(analysis_id) FROM analysed").fetchone()[0]
    return newest is None or newest < row[0]
