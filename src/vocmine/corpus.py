"""Analyzers that must see the whole corpus (topics): fitted and applied from the store."""

from __future__ import annotations

import json
import sqlite3
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.batch import SKETCHES, VECTOR_COLUMNS, Batch, SketchArray
from vocmine.contract import Rows, check_columns, check_memory, check_rows
from vocmine.errors import PLUGIN_FAULTS, PluginError, StoreError, cause_of
from vocmine.opened import OpenAnalyzer
from vocmine.plugin import CorpusAnalyzer, Encoded, Encoder, Remembering
from vocmine.sketches import WIDTH, sketched
from vocmine.store import runs
from vocmine.store.database import Store
from vocmine.store.memory import read_memory, write_memory
from vocmine.store.sketches import read_sketches, stacked, without_sketches, write_sketches
from vocmine.store.tables import key_column, stored_name
from vocmine.tables import Table

if TYPE_CHECKING:
    from vocmine.runtime import Runtime

WINDOW = 1000
"""Messages in memory at once."""
NOTHING: Mapping[str, bytes] = MappingProxyType({})
"""No edits."""


def stream_batches(
    store: Store, encoder: Encoder | None, *, sketches: bool = False
) -> Iterator[Batch]:
    """Every analysed message of the store with its segments, in order of id.

    Args:
        store: Where to read.
        encoder: Given when vectors are wanted; they are computed anew, for the store keeps none.
        sketches: Whether sketches are wanted; `complete_sketches` makes those that lack.
    """
    last = 0
    while True:
        messages = store.conn.execute(
            "SELECT id, text, lang, country, channel, score, created_at FROM messages "
            "WHERE id > ? AND skip_reason IS NULL ORDER BY id LIMIT ?",
            [last, WINDOW],
        ).fetchall()
        if not messages:
            return
        segments = store.conn.execute(
            "SELECT s.message_id, s.id, s.start, s.end, "
            "EXISTS (SELECT 1 FROM insights AS i WHERE i.segment_id = s.id) FROM segments AS s "
            "JOIN messages AS m ON m.id = s.message_id "
            "WHERE m.id > ? AND m.id <= ? AND m.skip_reason IS NULL ORDER BY m.id, s.start",
            [last, messages[-1][0]],
        ).fetchall()
        last = messages[-1][0]
        ids = [row[0] for row in messages]
        kept = read_sketches(store.conn, ids[0], last) if sketches else {}
        yield _batch(messages, segments, encoder, stacked(ids, kept, len(segments)))


def complete_sketches(
    store: Store, encoder: Encoder, on_batch: Callable[[], None] = lambda: None
) -> None:
    """Make the sketches that lack: of an older store, or of messages read with another model."""
    last, width = 0, min(encoder.dim, WIDTH)
    while found := without_sketches(store.conn, encoder.fingerprint, width, last, WINDOW):
        last = found[-1][0]
        ids = np.asarray([key for key, _ in found], dtype=np.int64)
        segments = store.conn.execute(
            "SELECT message_id, start, end FROM segments "
            "WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY message_id, start",
            [json.dumps(ids.tolist())],
        ).fetchall()
        owner, start, end = (np.asarray(column) for column in zip(*segments, strict=True))
        place = np.searchsorted(ids, owner).astype(np.int32)
        spans = start.astype(np.int32), end.astype(np.int32)
        encoded = Encoded(*encoder.encode([text for _, text in found], place, *spans))
        made = sketched(encoded.meanings)
        with store.transaction() as conn:
            write_sketches(conn, ids, place, made, encoder.fingerprint)
        on_batch()


def _batch(
    messages: list[tuple[Any, ...]],
    segments: list[tuple[Any, ...]],
    encoder: Encoder | None,
    sketches: SketchArray,
) -> Batch:
    position = {row[0]: index for index, row in enumerate(messages)}
    texts = [row[1] for row in messages]
    owner = np.asarray([position[row[0]] for row in segments], dtype=np.int32)
    start = np.asarray([row[2] for row in segments], dtype=np.int32)
    end = np.asarray([row[3] for row in segments], dtype=np.int32)
    if encoder is None:
        vectors = np.zeros((len(texts), 0), np.float32), np.zeros((len(segments), 0), np.float32)
    else:
        vectors = encoder.encode(texts, owner, start, end)[:2]
    return Batch(
        message_ids=np.asarray([row[0] for row in messages], dtype=np.int64),
        texts=texts,
        langs=[row[2] for row in messages],
        countries=[row[3] for row in messages],
        channels=[row[4] for row in messages],
        scores=np.asarray([np.nan if r[5] is None else r[5] for r in messages], dtype=np.float32),
        created_at=[datetime.fromisoformat(row[6]) if row[6] else None for row in messages],
        segment_ids=np.asarray([row[1] for row in segments], dtype=np.int64),
        segment_message=owner,
        segment_start=start,
        segment_end=end,
        message_vectors=vectors[0],
        segment_vectors=vectors[1],
        extra={},
        segment_sketches=sketches,
        segment_insights=np.asarray([row[4] for row in segments], dtype=np.bool_),
    )


def analyze_corpus(
    store: Store,
    opened: OpenAnalyzer,
    encoder: Encoder,
    on_batch: Callable[[], None] = lambda: None,
    edits: Mapping[str, bytes] = NOTHING,
) -> tuple[str, str] | None:
    """Fit and apply one corpus analyzer; its tables and memory change as a whole or not at all.

    Args:
        store: What to learn from, and where the results go.
        opened: The analyzer; its tables are there.
        encoder: Makes vectors and sketches, when the analyzer requires them.
        on_batch: Called for every batch of every pass.
        edits: Changes to what the analyzer keeps: it recalls them, and they are kept with the
            tables made of them.

    Returns:
        None when it worked, else the error and its traceback.
    """
    try:
        with opened.alone:
            _fit_and_apply(store, opened, encoder, on_batch, edits)
    except PLUGIN_FAULTS as error:
        told = isinstance(error, PluginError | StoreError)
        return str(error) if told else f"{opened.who}: {cause_of(error)}.", traceback.format_exc()
    return None


def run_corpus(
    store: Store,
    runtime: Runtime,
    opened: OpenAnalyzer,
    run_id: int,
    on_batch: Callable[[], None] = lambda: None,
    edits: Mapping[str, bytes] = NOTHING,
) -> tuple[str, str] | None:
    """As `analyze_corpus`, recorded among the analyses of a run."""
    key = runs.start_analysis(
        store,
        run_id,
        opened.name,
        plugin=opened.registered.origin,
        version=opened.analyzer.version,
        model_sha256=runtime.heads.fingerprint,
        fingerprint=runtime.fingerprint(opened),
    )
    failed = analyze_corpus(store, opened, runtime.encoder, on_batch, edits)
    runs.finish_analyses(store, {opened.name: key}, [opened.name] if failed else [])
    return failed


def _fit_and_apply(
    store: Store,
    opened: OpenAnalyzer,
    encoder: Encoder,
    on_batch: Callable[[], None],
    edits: Mapping[str, bytes],
) -> None:
    analyzer = opened.analyzer
    assert isinstance(analyzer, CorpusAnalyzer)
    given = encoder if VECTOR_COLUMNS.intersection(analyzer.requires) else None
    sketches = SKETCHES in analyzer.requires

    def batches() -> Iterator[Batch]:
        for batch in stream_batches(store, given, sketches=sketches):
            on_batch()
            yield batch

    corpus = {table.name: table for table in analyzer.outputs if table.per == "corpus"}
    if sketches:
        complete_sketches(store, encoder, on_batch)
    kept = _recall(store, opened, edits)
    fitted = analyzer.fit(batches)
    if set(fitted) != set(corpus):
        raise PluginError(
            f"{opened.who}: 'fit' promised the tables {sorted(corpus)} and returned "
            f"{sorted(fitted)}."
        )
    with store.transaction() as conn:
        for table in reversed(analyzer.outputs):
            conn.execute(f"DELETE FROM {table.name}")
        sizes = {
            name: _insert_corpus(store, table, check_rows(opened.who, table, fitted[name], -1))
            for name, table in corpus.items()
        }
        for batch in batches():
            checked = check_columns(opened.who, analyzer, batch, analyzer.analyze(batch))
            for table in analyzer.outputs:
                if table.per != "corpus":
                    _insert_assigned(store, opened.who, table, checked[table.name], batch, sizes)
        _remember(conn, opened, kept, edits)


def _recall(store: Store, opened: OpenAnalyzer, edits: Mapping[str, bytes]) -> dict[str, bytes]:
    """Tell the analyzer what the store keeps of it, edited; what is kept, without the edits."""
    if not isinstance(opened.analyzer, Remembering):
        return {}
    kept = read_memory(store.conn, opened.name)
    edited = {key: value for key, value in {**kept, **edits}.items() if value}
    opened.analyzer.recall(MappingProxyType(edited))
    return kept


def _remember(
    conn: sqlite3.Connection,
    opened: OpenAnalyzer,
    kept: Mapping[str, bytes],
    edits: Mapping[str, bytes],
) -> None:
    """Keep what the analyzer learnt, unless someone else changed it since it was recalled.

    Raises:
        StoreError: They did: what they changed would be lost.
    """
    if not isinstance(opened.analyzer, Remembering):
        return
    learnt = check_memory(f"{opened.who}: 'remember'", opened.analyzer.remember())
    if read_memory(conn, opened.name) != kept:
        raise StoreError(
            f"What analyzer '{opened.name}' keeps was changed by another program meanwhile.",
            "Nothing of it is lost: run it again.",
        )
    write_memory(conn, opened.name, {**edits, **learnt})


def _insert_corpus(store: Store, table: Table, rows: Rows) -> int:
    names = ["id", *rows.columns]
    store.conn.executemany(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        zip(range(1, len(rows) + 1), *rows.columns.values(), strict=True),
    )
    return len(rows)


def _insert_assigned(
    store: Store, who: str, table: Table, rows: Rows, batch: Batch, sizes: dict[str, int]
) -> None:
    ids = batch.message_ids if table.per == "message" else batch.segment_ids
    columns = dict(rows.columns)
    for name, values in columns.items():
        if name.endswith("_row"):
            size = sizes[name.removesuffix("_row")]
            wrong = [value for value in values if value is not None and not 0 <= value < size]
            if wrong:
                raise PluginError(
                    f"{who}: column '{table.name}.{name}' expects 0 to {size - 1}, got {wrong[0]}."
                )
            columns[name] = [None if value is None else value + 1 for value in values]
    names = [key_column(table), *(stored_name(name) for name in columns)]
    store.conn.executemany(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        zip(ids[rows.row].tolist(), *columns.values(), strict=True),
    )
