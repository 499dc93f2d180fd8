"""Everything a run writes: messages as they come in, analyses as they are ready."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from vocmine.assembly import INSIGHT_TABLE
from vocmine.contract import Rows
from vocmine.intake import Chunk, Incoming, storable
from vocmine.opened import OpenAnalyzer
from vocmine.pipeline import INSIGHT, Analysis
from vocmine.store.correcting import apply_corrections, restore
from vocmine.store.database import Store
from vocmine.store.runs import insert_failure
from vocmine.store.sketches import forget_sketches, write_sketches
from vocmine.store.tables import key_column, stored_name
from vocmine.tables import Table

TITLE_CHARACTERS = 80
TELLING_CHARACTERS = 40
"""Length from which a text without a date is taken to be written once."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What registering a chunk gave, parallel to `chunk.incoming`; `todo` holds indices into it.

    Args:
        ids: Row of each message in `messages`.
        new: Messages to analyse that were not there before.
        changed: Messages to analyse whose words were other ones before.
        todo: Messages that some analyzer has still to see.
    """

    ids: list[int]
    new: int
    changed: int
    todo: list[int]


def register_chunk(
    store: Store, run_id: int, source_id: int, chunk: Chunk, fingerprints: Sequence[str]
) -> Arrived:
    """Insert or update the messages of a chunk in one transaction.

    A changed text loses its old segments and labels at once, so that words and labels never
    disagree. Returns which messages lack rows of an analysis with one of `fingerprints`.
    """
    with store.transaction() as conn:
        known = _known(conn, source_id, chunk.incoming)
        next_id = conn.execute("SELECT coalesce(max(id), 0) + 1 FROM messages").fetchone()[0]
        ids: list[int] = []
        inserts, updates, stale = [], [], []
        for incoming in chunk.incoming:
            found = known.get(incoming.external_id)
            if found is None:
                ids.append(next_id)
                inserts.append((next_id, source_id, run_id, *_message_row(incoming)))
                next_id += 1
                continue
            ids.append(found[0])
            if found[2] != incoming.record_hash:
                updates.append((run_id, *_message_row(incoming), found[0]))
            if found[1] != incoming.content_hash:
                stale.append((found[0],))
        for table in ("segments", "sketches", "analysed", "predictions", *_label_tables(conn)):
            conn.executemany(f"DELETE FROM {table} WHERE message_id = ?", stale)
        # Who wrote it and when decide too whether a short message is a copy.
        conn.executemany(
            "DELETE FROM text_keys WHERE message_id = ?", [(row[-1],) for row in updates]
        )
        conn.executemany(_INSERT, inserts)
        conn.executemany(_UPDATE, updates)
        conn.executemany(
            "INSERT OR REPLACE INTO message_sources (message_id, source_id, run_id) "
            "VALUES (?, ?, ?)",
            [(message_id, source_id, run_id) for message_id in ids],
        )
        done = _done(conn, ids, fingerprints)
    todo = [
        index
        for index, incoming in enumerate(chunk.incoming)
        if not incoming.skip_reason and ids[index] not in done
    ]
    wanted = {ids[i] for i, incoming in enumerate(chunk.incoming) if not incoming.skip_reason}
    new = sum(row[0] in wanted for row in inserts)
    return Arrived(ids, new, sum(row[0] in wanted for row in stale), todo)


def _label_tables(conn: sqlite3.Connection) -> list[str]:
    """Tables of analyzers with rows per message; those per segment go with their segment."""
    return [
        row[0] for row in conn.execute("SELECT name FROM analyzer_tables WHERE per = 'message'")
    ]


_MESSAGE_COLUMNS = (
    "external_id title text lang created_at channel author country score context extra locator "
    "content_hash record_hash skip_reason"
).split()
_INSERT = (
    f"INSERT INTO messages (id, source_id, run_id, {', '.join(_MESSAGE_COLUMNS)}) "
    f"VALUES ({', '.join('?' * (len(_MESSAGE_COLUMNS) + 3))})"
)
# A message stays with the export that brought it first.
_UPDATE = (
    f"UPDATE messages SET run_id = ?, "
    f"{', '.join(f'{name} = ?' for name in _MESSAGE_COLUMNS)} WHERE id = ?"
)


def _message_row(incoming: Incoming) -> tuple[Any, ...]:
    message = incoming.message
    title = message.title or " ".join(message.text[: TITLE_CHARACTERS * 2].split())
    return (
        incoming.external_id,
        storable(title[:TITLE_CHARACTERS]),
        message.text,
        incoming.lang,
        _iso(message.created_at),
        storable(message.channel),
        storable(message.author),
        storable(message.country),
        message.score,
        storable(message.context),
        json.dumps(
            {storable(name): storable(value) for name, value in message.extra.items()},
            ensure_ascii=False,
        ),
        storable(message.locator),
        incoming.content_hash,
        incoming.record_hash,
        incoming.skip_reason or None,
    )


def _known(
    conn: sqlite3.Connection, source_id: int, incoming: Sequence[Incoming]
) -> dict[str, tuple[int, str, str]]:
    """External id to (id, content hash, record hash) of messages that are there already.

    A message of another export with the same own id, words and date is the same message: next
    month's export that overlaps with this one's must not count a complaint twice.
    """
    wanted = json.dumps([item.external_id for item in incoming])
    found = conn.execute(
        "SELECT m.external_id, m.id, m.content_hash, m.record_hash, m.source_id, m.created_at "
        "FROM json_each(?) AS j JOIN messages AS m ON m.external_id = j.value",
        [wanted],
    ).fetchall()
    here = {row[0]: (row[1], row[2], row[3]) for row in found if row[4] == source_id}
    own = {i.external_id: i for i in incoming if i.message.external_id.strip()}
    for external_id, message_id, content, record, _, moment in found:
        same = own.get(external_id)
        if external_id not in here and same is not None and _same(same, content, moment):
            here[external_id] = (message_id, content, record)
    return here


def _same(incoming: Incoming, content: str, created_at: str | None) -> bool:
    """Whether a message of another export with the same id is the same one.

    Surveys number their answers from 1 again, and many customers write "Excelente": without a
    date, only words that two people would not choose alike tell.
    """
    message = incoming.message
    if incoming.content_hash != content or _iso(message.created_at) != created_at:
        return False
    return created_at is not None or len(message.text) >= TELLING_CHARACTERS


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _done(conn: sqlite3.Connection, ids: Sequence[int], fingerprints: Sequence[str]) -> set[int]:
    rows = conn.execute(
        "SELECT a.message_id FROM json_each(?) AS j JOIN analysed AS a ON a.message_id = j.value "
        "JOIN analyses AS x ON x.id = a.analysis_id "
        "WHERE x.fingerprint IN (SELECT value FROM json_each(?)) "
        "GROUP BY a.message_id HAVING count(*) = ?",
        [json.dumps(list(ids)), json.dumps(list(fingerprints)), len(fingerprints)],
    )
    return {row[0] for row in rows}


def write_analysis(
    store: Store,
    run_id: int,
    analysis: Analysis,
    analyzers: Sequence[OpenAnalyzer],
    analysis_ids: Mapping[str, int],
    *,
    keep_insights: bool = False,
) -> None:
    """Write one batch in one transaction: all its rows, and last the mark that they are there.

    What people corrected in these messages is corrected in the new results too.

    Args:
        store: Where to.
        run_id: For failures.
        analysis: What the batch gave.
        analyzers: Those of the run; rows of others stay.
        analysis_ids: Analyzer to its row in `analyses`.
        keep_insights: Leave messages theirs whose insights are there for the same segments.
    """
    message_ids = analysis.message_ids
    with store.transaction() as conn:
        restore(conn, message_ids.tolist())
        segment_ids, recut = _write_segments(conn, analysis)
        if analysis.sketches is None:
            forget_sketches(conn, recut)
        else:
            owners = analysis.segment_message
            write_sketches(conn, message_ids, owners, analysis.sketches, analysis.encoder)
        ids = {"message": message_ids, "segment": segment_ids}
        for opened in analyzers:
            for table in opened.analyzer.outputs:
                _clear(conn, table, ids[table.per])
                if table.name in analysis.tables:
                    _insert_rows(conn, table, analysis.tables[table.name], ids[table.per])
        kept = _with_insights(conn, message_ids) - recut if keep_insights else set()
        gone = [(i,) for i in message_ids.tolist() if i not in kept]
        conn.executemany("DELETE FROM insights WHERE message_id = ?", gone)
        if "insights" in analysis.tables:
            _write_insights(conn, analysis, segment_ids, kept)
        for name in [*(opened.name for opened in analyzers), INSIGHT]:
            covered = set(message_ids[analysis.covered.get(name, [])].tolist())
            covered -= kept if name == INSIGHT else set()
            conn.executemany(
                "INSERT OR REPLACE INTO analysed (message_id, analyzer, analysis_id) "
                "VALUES (?, ?, ?)",
                [(message_id, name, analysis_ids[name]) for message_id in sorted(covered)],
            )
        apply_corrections(conn, message_ids.tolist())
        for failure in analysis.failures:
            message_id = int(message_ids[failure.message]) if failure.message >= 0 else None
            insert_failure(
                conn,
                run_id,
                failure.analyzer,
                failure.error,
                message=message_id,
                traceback=failure.traceback,
            )


def _with_insights(conn: sqlite3.Connection, message_ids: Any) -> set[int]:
    """Those of the messages whose insights were assembled before."""
    rows = conn.execute(
        "SELECT a.message_id FROM json_each(?) AS j JOIN analysed AS a ON a.message_id = j.value "
        "WHERE a.analyzer = ?",
        [json.dumps(message_ids.tolist()), INSIGHT],
    )
    return {row[0] for row in rows}


def _write_segments(conn: sqlite3.Connection, analysis: Analysis) -> tuple[Any, set[int]]:
    """Ids of the batch's segments, and the messages that are cut otherwise than before.

    Segments that are there already with the same span are kept.
    """
    owners = analysis.message_ids[analysis.segment_message].tolist()
    spans = list(
        zip(owners, analysis.segment_start.tolist(), analysis.segment_end.tolist(), strict=True)
    )
    there = {
        (row[1], row[2], row[3]): row[0]
        for row in conn.execute(
            "SELECT s.id, s.message_id, s.start, s.end FROM json_each(?) AS j "
            "JOIN segments AS s ON s.message_id = j.value",
            [json.dumps(analysis.message_ids.tolist())],
        )
    }
    gone = set(there) - set(spans)
    conn.executemany("DELETE FROM segments WHERE id = ?", [(there[span],) for span in gone])
    next_id = conn.execute("SELECT coalesce(max(id), 0) + 1 FROM segments").fetchone()[0]
    ids, inserts = [], []
    for span, text in zip(spans, analysis.segment_texts, strict=True):
        found = there.get(span)
        if found is None:
            found = next_id
            next_id += 1
            inserts.append((found, *span, text))
        ids.append(found)
    conn.executemany(
        "INSERT INTO segments (id, message_id, start, end, title) VALUES (?, ?, ?, ?, ?)", inserts
    )
    recut = {span[0] for span in gone} | {row[1] for row in inserts}
    return np.asarray(ids, dtype=np.int64), recut


def _clear(conn: sqlite3.Connection, table: Table, ids: Any) -> None:
    conn.executemany(
        f"DELETE FROM {table.name} WHERE {key_column(table)} = ?", [(i,) for i in ids.tolist()]
    )


def _insert_rows(conn: sqlite3.Connection, table: Table, rows: Rows, ids: Any) -> None:
    names = [key_column(table), *(stored_name(name) for name in rows.columns)]
    conn.executemany(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        zip(ids[rows.row].tolist(), *rows.columns.values(), strict=True),
    )


def _write_insights(
    conn: sqlite3.Connection, analysis: Analysis, segment_ids: Any, kept: set[int]
) -> None:
    """Insert the insights of every message but those in `kept`."""
    rows = analysis.tables["insights"]
    if kept:
        owners = analysis.message_ids[analysis.segment_message[rows.row]]
        rows = rows.take(np.flatnonzero(~np.isin(owners, sorted(kept))))
    names = [column.name for column in INSIGHT_TABLE.columns]
    owner = analysis.segment_message[rows.row]
    quotes = [
        analysis.texts[message][start:end]
        for message, start, end in zip(
            owner.tolist(), rows.columns["start"], rows.columns["end"], strict=True
        )
    ]
    conn.executemany(
        f"INSERT INTO insights (message_id, segment_id, quote, {', '.join(names)}) "
        f"VALUES ({', '.join('?' * (len(names) + 3))})",
        zip(
            analysis.message_ids[owner].tolist(),
            segment_ids[rows.row].tolist(),
            quotes,
            *(rows.columns[name] for name in names),
            strict=True,
        ),
    )
