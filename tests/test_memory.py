"""What a corpus analyzer learnt is kept with its tables, and recalled by the next run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from made_openings import ASKED, Forgetful, Openings, analyzed, installed, status, tables

from vocmine import hookimpl
from vocmine.batch import Batch
from vocmine.contract import check_declaration
from vocmine.errors import PluginError
from vocmine.plugin import Context, Remembering, Table
from vocmine.plugins import load_plugins
from vocmine.runtime import Runtime, Settings
from vocmine.sketches import sketched
from vocmine.store.database import Store, migrations
from vocmine.store.memory import read_memory, write_memory


class TestTable:
    def test_a_store_keeps_nothing_until_something_is_written(self) -> None:
        with Store() as store:
            assert read_memory(store.conn, "topic") == {}

    def test_given_keys_are_replaced_emptied_ones_removed_and_others_stay(self) -> None:
        with Store() as store:
            for values in ({"a": b"1", "b": b"2", "c": b"3"}, {"a": b"\x00\xff", "b": b""}):
                with store.transaction() as conn:
                    write_memory(conn, "topic", values)
            assert read_memory(store.conn, "topic") == {"a": b"\x00\xff", "c": b"3"}

    def test_each_analyzer_has_its_own(self) -> None:
        with Store() as store:
            with store.transaction() as conn:
                write_memory(conn, "topic", {"a": b"1"})
                write_memory(conn, "reasons", {"a": b"2"})
            assert read_memory(store.conn, "topic") == {"a": b"1"}

    def test_a_store_of_an_earlier_version_gets_the_table(self, tmp_path: Path) -> None:
        path = tmp_path / "vieja.db"
        with Store(path) as store:
            store.conn.executescript(
                "DROP TABLE plugin_memory; DELETE FROM _sqlite_migrations WHERE name LIKE 'm005%';"
            )
            pending = [migration.name for migration in migrations.pending(store.db)]
            assert pending == ["m005_plugin_memory"]
        with Store(path) as store:
            assert store.db.table("plugin_memory").count == 0


class TestDeclaration:
    def test_what_the_two_methods_make(self) -> None:
        assert isinstance(Openings(), Remembering)
        assert not isinstance(Forgetful(), Remembering)
        check_declaration("Analyzer 'openings'", Openings())

    @pytest.mark.parametrize(("has", "lacks"), [("recall", "remember"), ("remember", "recall")])
    def test_one_without_the_other_is_a_mistake(self, has: str, lacks: str) -> None:
        half = type("Half", (Forgetful,), {has: getattr(Openings, has)})()
        with pytest.raises(PluginError, match=f"has '{has}' but no '{lacks}'"):
            check_declaration("Analyzer 'half'", half)

    def test_an_analyzer_that_sees_no_corpus_would_never_be_asked(self) -> None:
        alone = type("Alone", (Openings,), {"outputs": (Table("t", "message", ()),)})()
        with pytest.raises(PluginError, match="declares no table per corpus"):
            check_declaration("Analyzer 'alone'", alone)


@pytest.fixture
def analyzer(monkeypatch: pytest.MonkeyPatch) -> type[Openings]:
    """The analyzer, without faults."""
    monkeypatch.setattr(Openings, "recalled", [])
    monkeypatch.setattr(Openings, "fault", "")
    return Openings


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(ASKED, installed())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "v.db") as opened:
        yield opened


class TestRuns:
    def test_the_next_run_recalls_what_the_first_one_kept(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        assert analyzed(store, runtime, 1, 2, 3).ok
        assert read_memory(store.conn, "openings") == {"words": b'["DEMORA", "COBRO"]'}
        assert analyzed(store, runtime, 1, 2, 3, 4).ok
        assert analyzer.recalled == [{}, {"words": b'["DEMORA", "COBRO"]'}]
        assert read_memory(store.conn, "openings") == {"words": b'["DEMORA", "COBRO", "CAJERO"]'}

    def test_what_it_learnt_of_one_store_is_not_told_to_another(
        self, store: Store, runtime: Runtime, analyzer: type[Openings], tmp_path: Path
    ) -> None:
        analyzed(store, runtime, 1, 2)
        with Store(tmp_path / "otra.db") as other:
            analyzed(other, runtime, 4)
            assert [row[1] for row in tables(other)[0]] == ["CAJERO"]
        assert analyzer.recalled == [{}, {}]

    @pytest.mark.parametrize(
        ("fault", "told"),
        [
            ("recall", "ValueError: these bytes mean nothing"),
            ("analyze", "RuntimeError: no more words"),
        ],
    )
    def test_a_failure_changes_neither_tables_nor_memory(
        self, store: Store, runtime: Runtime, analyzer: type[Openings], fault: str, told: str
    ) -> None:
        analyzed(store, runtime, 1, 2)
        before = tables(store), read_memory(store.conn, "openings")
        analyzer.fault = fault
        outcome = analyzed(store, runtime, 1, 2, 4)
        assert outcome.errors == [f"Analyzer 'openings' 1 (third_party): {told}."]
        assert (tables(store), read_memory(store.conn, "openings")) == before
        failure = store.conn.execute("SELECT plugin, error, traceback FROM failures").fetchone()
        assert failure[:2] == ("openings", outcome.errors[0])
        assert told in failure[2]
        analyzer.fault = ""
        assert analyzed(store, runtime, 1, 2, 4).ok
        assert len(tables(store)[1]) == 3

    @pytest.mark.parametrize(
        ("kept", "told"),
        [
            (None, "expects a mapping of text to bytes, got NoneType."),
            ({"words": "Demora"}, "expects bytes for 'words', got str."),
            ({7: b"Demora"}, "expects keys of text, got 7."),
            ({"": b"Demora"}, "expects keys of text, got ''."),
        ],
    )
    def test_what_cannot_be_kept_is_told_and_nothing_changes(
        self,
        store: Store,
        runtime: Runtime,
        analyzer: type[Openings],
        monkeypatch: pytest.MonkeyPatch,
        kept: Any,
        told: str,
    ) -> None:
        analyzed(store, runtime, 1)
        before = tables(store), read_memory(store.conn, "openings")
        monkeypatch.setattr(analyzer, "remember", lambda self: kept)
        outcome = analyzed(store, runtime, 1, 2)
        assert outcome.errors == [f"Analyzer 'openings' 1 (third_party): 'remember' {told}"]
        assert (tables(store), read_memory(store.conn, "openings")) == before

    def test_what_someone_else_writes_meanwhile_is_not_lost(
        self,
        store: Store,
        runtime: Runtime,
        analyzer: type[Openings],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        fit = analyzer.fit

        def slow(self: Openings, batches: Callable[[], Iterator[Batch]]) -> Any:
            with Store(store.path) as other, other.transaction() as conn:
                write_memory(conn, "openings", {"names": b'{"DEMORA": "Demoras"}'})
            return fit(self, batches)

        monkeypatch.setattr(analyzer, "fit", slow)
        (error,) = analyzed(store, runtime, 1).errors
        assert error.startswith("What analyzer 'openings' keeps was changed by another program")
        monkeypatch.setattr(analyzer, "fit", fit)
        assert analyzed(store, runtime, 1).ok
        assert tables(store)[0] == [(1, "DEMORA", "Demoras", 5)]

    def test_an_edit_makes_the_tables_again_although_no_message_is_new(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1)
        assert analyzed(store, runtime, 1).fitted == []
        with store.transaction() as conn:
            write_memory(conn, "openings", {"names": b'{"DEMORA": "Demoras"}'})
        assert analyzed(store, runtime, 1).fitted == ["openings"]
        assert tables(store)[0] == [(1, "DEMORA", "Demoras", 5)]
        assert status(store) == ["outdated", "ok"]

    def test_threads_that_share_an_analyzer_learn_one_after_the_other(
        self,
        runtime: Runtime,
        analyzer: type[Openings],
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        fit, both = analyzer.fit, Barrier(2)

        def meeting(self: Openings, batches: Callable[[], Iterator[Batch]]) -> Any:
            found = fit(self, batches)
            with suppress(BrokenBarrierError):  # the other one is kept out until this one is done
                both.wait(timeout=0.5)
            return found

        def words(number: int) -> list[str]:
            with Store(tmp_path / f"{number}.db") as store:
                assert analyzed(store, runtime, number).errors == []
                return [row[1] for row in tables(store)[0]]

        monkeypatch.setattr(analyzer, "fit", meeting)
        with ThreadPoolExecutor(2) as threads:
            assert list(threads.map(words, [2, 4])) == [["COBRO"], ["CAJERO"]]


class TestSketch:
    def test_a_text_is_sketched_as_a_segment_of_the_same_words(self, runtime: Runtime) -> None:
        taken: list[Context] = []

        class Taking(Forgetful):
            def open(self, context: Context) -> None:
                taken.append(context)

        module = ModuleType("taking")
        module.hook = hookimpl(  # type: ignore[attr-defined]
            lambda register: register("taking", Taking), specname="register_analyzers"
        )
        made = Runtime(Settings(analyzers=("taking",)), load_plugins([module]))
        texts = ["cobros que no reconozco", "demora en la entrega"]
        ends = np.array([len(text) for text in texts], np.int32)
        own = np.arange(2, dtype=np.int32)
        expected = sketched(made.encoder.encode(texts, own, own * 0, ends).meanings)
        found = taken[0].sketch(texts)
        assert found.dtype == np.int8
        assert (found == expected).all()
        assert taken[0].sketch([]).shape == (0, expected.shape[1])

    def test_without_an_encoder_it_says_so(self) -> None:
        with pytest.raises(PluginError, match="no encoder is known"):
            Context(heads=None).sketch(["cobros"])  # type: ignore[arg-type]
