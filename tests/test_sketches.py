"""Sketches: vectors in few bytes, kept by the store so that no corpus is encoded twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.batch import Batch
from vocmine.corpus import analyze_corpus, complete_sketches, stream_batches
from vocmine.opened import OpenAnalyzer
from vocmine.plugin import Column, Encoded, Table
from vocmine.sketches import WIDTH, sketched, sketched_texts
from vocmine.store.database import Store, migrations

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]
Run = Callable[..., Any]


def unit(rows: int, dim: int, seed: int = 0) -> Any:
    drawn = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def cosines(vectors: Any) -> Any:
    wide = vectors.astype(np.float64)
    wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    return wide @ wide.T


class TestSketch:
    def test_cosines_are_nearly_those_of_the_vectors(self) -> None:
        vectors = unit(60, 384)
        vectors[30:] = vectors[:30] + 0.3 * unit(30, 384, seed=1)  # pairs that are alike
        error = cosines(sketched(vectors)) - cosines(vectors)
        assert np.sqrt(np.mean(error**2)) < 1.5 / np.sqrt(WIDTH)
        alike = cosines(sketched(vectors))[np.arange(30), np.arange(30, 60)]
        assert alike.min() > 0.85

    def test_a_vector_that_is_short_already_keeps_its_numbers(self) -> None:
        vectors = unit(5, 16)
        assert sketched(vectors).shape == (5, 16)
        assert np.abs(cosines(sketched(vectors)) - cosines(vectors)).max() < 0.02

    def test_zeros_stay_zeros_and_nothing_is_nothing(self) -> None:
        assert not sketched(np.zeros((2, 384), np.float32)).any()
        assert sketched(np.zeros((0, 384), np.float32)).shape == (0, WIDTH)
        assert sketched(np.zeros((3, 0), np.float32)).shape == (3, 0)

    @given(st.integers(1, 40), st.integers(0, 2**32 - 1))
    def test_a_sketch_depends_on_its_own_vector_alone(self, rows: int, seed: int) -> None:
        vectors = unit(rows, 200, seed)
        together, alone = sketched(vectors), np.concatenate([sketched(v[None]) for v in vectors])
        # A last bit of the projection may differ with the number of rows, a number by one.
        assert np.abs(together.astype(int) - alone.astype(int)).max() <= 1

    def test_inner_products_are_exact_in_single_precision(self) -> None:
        sketches = sketched(unit(50, 384))
        single = sketches.astype(np.float32) @ sketches.astype(np.float32).T
        assert (single == sketches.astype(np.int64) @ sketches.astype(np.int64).T).all()


class TestMeanings:
    def test_sketches_are_of_meanings_where_an_encoder_gives_them(self) -> None:
        vectors, meanings = unit(4, 30), unit(4, 30, seed=1)
        assert Encoded(vectors, vectors).meanings is vectors
        assert Encoded(vectors, vectors, meanings).meanings is meanings

    def test_the_store_keeps_sketches_of_meanings(self, store: Store) -> None:
        complete_sketches(store, MeaningEncoder())
        (batch,) = stream_batches(store, None, sketches=True)
        expected = sketched(np.stack([letters(text[::-1][:4]) for text in batch.segment_texts]))
        assert (batch.segment_sketches == expected).all()

    def test_a_text_by_itself_has_the_sketch_of_its_meaning(self) -> None:
        found = sketched_texts(MeaningEncoder(), ["cobro", "demora"])
        assert (found == sketched(np.stack([letters("orbo"), letters("arom")]))).all()

    def test_meanings_are_as_wide_as_sketches_and_are_kept_as_they_are(self) -> None:
        meanings = unit(6, WIDTH)
        assert np.abs(cosines(sketched(meanings)) - cosines(meanings)).max() < 0.02


class CountingEncoder:
    """Encodes a segment as the share of each letter, and counts the messages it is given."""

    name, dim = "letters", 26

    def __init__(self, fingerprint: str = "one") -> None:
        self.fingerprint = fingerprint
        self.encoded = 0

    def encode(self, texts: list[str], message: Any, start: Any, end: Any) -> Encoded:
        self.encoded += len(texts)
        spans = zip(message.tolist(), start.tolist(), end.tolist(), strict=True)
        segments = [letters(texts[owner][first:last]) for owner, first, last in spans]
        return Encoded(
            np.stack([letters(text) for text in texts]), np.stack(segments).astype(np.float32)
        )


class MeaningEncoder(CountingEncoder):
    """To which a segment means the share of each of its last four letters."""

    def encode(self, texts: list[str], message: Any, start: Any, end: Any) -> Encoded:
        said = [texts[m][s:e] for m, s, e in zip(message, start, end, strict=True)]
        meanings = np.stack([letters(text[::-1][:4]) for text in said])
        return super().encode(texts, message, start, end)._replace(segment_meanings=meanings)


def letters(text: str) -> Any:
    counts = np.array([text.lower().count(chr(ord("a") + i)) for i in range(26)], np.float32)
    return counts / max(float(np.linalg.norm(counts)), 1.0)


@pytest.fixture
def store(build_store: Build, record: Record) -> Iterator[Store]:
    """Three messages, two segments in the second, and one that was not analysed."""
    quotes = [
        ("cobraron dos veces", -2, "billing", "use", "utility", "billing"),
        ("nadie contesta", -2, "no_response", "support", "utility", "phone"),
    ]
    made = [
        record(1),
        record(2, text="Me cobraron dos veces y nadie contesta.", quotes=quotes),
        record(3, text="👍", quotes=(), skip_reason="no_words"),
        record(4, text="La app me cobraron dos veces ayer.", quotes=quotes[:1]),
    ]
    with build_store(made) as built:
        yield built


def sketches_of(store: Store) -> list[Any]:
    return [batch.segment_sketches for batch in stream_batches(store, None, sketches=True)]


class TestStore:
    def test_what_lacks_is_made_once_and_streamed_in_the_order_of_segments(
        self, store: Store
    ) -> None:
        encoder = CountingEncoder()
        complete_sketches(store, encoder)
        assert encoder.encoded == 3
        (batch,) = stream_batches(store, None, sketches=True)
        expected = sketched(np.stack([letters(text) for text in batch.segment_texts]))
        assert (batch.segment_sketches == expected).all()
        complete_sketches(store, encoder)
        assert encoder.encoded == 3

    def test_another_model_has_sketches_of_its_own(self, store: Store) -> None:
        complete_sketches(store, CountingEncoder("one"))
        other = CountingEncoder("two")
        complete_sketches(store, other)
        assert other.encoded == 3
        kept = store.conn.execute("SELECT DISTINCT encoder FROM sketches").fetchall()
        assert kept == [("two",)]

    def test_a_message_cut_otherwise_since_is_made_again(self, store: Store) -> None:
        encoder = CountingEncoder()
        complete_sketches(store, encoder)
        store.conn.execute("DELETE FROM segments WHERE title = 'nadie contesta'")
        store.conn.commit()
        complete_sketches(store, encoder)
        assert encoder.encoded == 4
        assert [len(part) for part in sketches_of(store)] == [3]

    def test_they_go_with_their_message(self, store: Store) -> None:
        complete_sketches(store, CountingEncoder())
        store.conn.execute("PRAGMA foreign_keys = on")
        store.conn.execute("DELETE FROM messages WHERE id = 2")
        ids = store.conn.execute("SELECT message_id FROM sketches ORDER BY 1").fetchall()
        assert ids == [(1,), (4,)]

    def test_a_part_of_a_batch_has_its_own_sketches(self, store: Store) -> None:
        complete_sketches(store, CountingEncoder())
        (batch,) = stream_batches(store, None, sketches=True)
        part = batch.select(np.array([1], dtype=np.intp))
        assert (part.segment_sketches == batch.segment_sketches[1:3]).all()

    def test_an_analyzer_that_asks_for_none_gets_none(self, store: Store) -> None:
        complete_sketches(store, CountingEncoder())
        (batch,) = stream_batches(store, None)
        assert batch.segment_sketches.shape == (4, 0)


class Counting:
    """A corpus analyzer that counts the segments it has sketches of."""

    version, requires = "1", ("segment_sketches",)
    outputs = (Table("seen", "corpus", (Column("sketches", "integer"),)),)

    def open(self, context: Any) -> None:
        """Nothing to load."""

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> Any:
        return {"seen": {"sketches": [sum(len(b.segment_sketches) for b in batches())]}}

    def analyze(self, batch: Batch) -> Any:
        return {}


def test_a_corpus_analyzer_is_given_what_it_asks_for(store: Store) -> None:
    registered = SimpleNamespace(origin="tests", who="Analyzer 'seen'")
    opened = OpenAnalyzer("seen", registered, Counting())  # type: ignore[arg-type]
    store.ensure_tables("seen", Counting.outputs)
    encoder = CountingEncoder()
    assert analyze_corpus(store, opened, encoder) is None
    assert store.conn.execute("SELECT sketches FROM seen").fetchall() == [(4,)]
    assert encoder.encoded == 3


def test_a_run_keeps_them_and_the_next_encodes_only_what_is_new(
    vocmine: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"El pedido {n} no llega y nadie responde por la demora." for n in range(25)]
    db, export = tmp_path / "v.db", tmp_path / "quejas.csv"

    def analyzed(rows: list[str]) -> None:
        lines = "".join(f"R-{n};{text}\n" for n, text in enumerate(rows))
        export.write_text(f"Radicado;Descripción\n{lines}", "utf-8")
        assert vocmine("analyze", export, "--db", db).code == 0

    analyzed(texts)

    def refuse(*_: Any) -> None:
        raise AssertionError("the corpus was encoded again")

    monkeypatch.setattr("vocmine.corpus.sketched", refuse)
    analyzed([*texts, "La aplicación se cierra sola cuando pago."])
    conn = sqlite3.connect(db)
    kept = conn.execute(
        "SELECT count(*), sum(length(k.segments) = 128 * (SELECT count(*) FROM segments AS s "
        "WHERE s.message_id = k.message_id)) FROM sketches AS k"
    ).fetchone()
    conn.close()
    assert kept == (26, 26)


def test_a_store_of_an_earlier_version_gets_them_when_they_are_needed(tmp_path: Path) -> None:
    path = tmp_path / "vieja.db"
    with Store(path) as store:
        store.conn.executescript(
            "DROP TABLE sketches; DELETE FROM _sqlite_migrations WHERE name LIKE 'm004%';"
        )
        assert [migration.name for migration in migrations.pending(store.db)] == ["m004_sketches"]
    with Store(path) as store:
        assert store.conn.execute("SELECT count(*) FROM sketches").fetchone() == (0,)
