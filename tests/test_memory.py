"""What a corpus analyzer learnt is kept with its tables, and recalled by the next run."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from types import ModuleType
from typing import Any, ClassVar

import click
import numpy as np
import pytest
from click.testing import CliRunner

from vocmine import hookimpl
from vocmine.batch import Batch
from vocmine.cli import cli
from vocmine.contract import check_declaration
from vocmine.errors import PluginError, StoreError, UsageError, VocmineError
from vocmine.inputs import Inputs
from vocmine.outcome import Outcome
from vocmine.plugin import Column, Context, ReadOptions, Register, Remembering, Table
from vocmine.plugins import Plugins, load_plugins
from vocmine.reapply import reapply_corpus
from vocmine.run import Run
from vocmine.runtime import Runtime, Settings
from vocmine.sketches import sketched
from vocmine.store.database import Store, migrations
from vocmine.store.memory import read_memory, write_memory

SAID = {
    1: "Demora en la entrega del pedido.",
    2: "Cobro doble en la factura de marzo.",
    3: "Demora de tres semanas en la devolución.",
    4: "Cajero dañado en la oficina del centro.",
}


class Openings:
    """The first words of messages, numbered by when they were first met, with a team's own names.

    What it does wrong, when it is told to, is in `fault`.
    """

    version, requires = "1", ("texts",)
    options: ClassVar[dict[str, str]] = {"case": "upper for capitals"}
    outputs = (
        Table("openings", "corpus", (Column("word"), Column("name"), Column("seed", "integer"))),
        Table("message_openings", "message", (Column("openings_row", "integer"),)),
    )
    fault: ClassVar[str] = ""
    recalled: ClassVar[list[dict[str, bytes]]] = []

    def open(self, context: Context) -> None:
        self.seed = context.seed
        self.change = str.upper if context.options.get("case") == "upper" else str.lower

    def recall(self, memory: Mapping[str, bytes]) -> None:
        self.recalled.append(dict(memory))
        if self.fault == "recall":
            raise ValueError("these bytes mean nothing")
        self.words: list[str] = json.loads(memory.get("words", b"[]"))
        self.names: dict[str, str] = json.loads(memory.get("names", b"{}"))

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> Any:
        met = [self._word(text) for batch in batches() for text in batch.texts]
        self.words = list(dict.fromkeys([*self.words, *met]))
        return {
            "openings": {
                "word": self.words,
                "name": [self.names.get(word, word) for word in self.words],
                "seed": [self.seed] * len(self.words),
            }
        }

    def analyze(self, batch: Batch) -> Any:
        if self.fault == "analyze":
            raise RuntimeError("no more words")
        places = [self.words.index(self._word(text)) for text in batch.texts]
        return {"message_openings": {"openings_row": places}}

    def remember(self) -> Any:
        return {"words": json.dumps(self.words).encode()}

    def _word(self, text: str) -> str:
        return self.change(text.split()[0])


class Forgetful:
    """A corpus analyzer that keeps nothing."""

    version, requires = "1", ("texts",)
    outputs = (Table("seen", "corpus", (Column("messages", "integer"),)),)

    def open(self, context: Context) -> None: ...

    def fit(self, batches: Callable[[], Iterator[Batch]]) -> Any:
        return {"seen": {"messages": [sum(map(len, batches()))]}}

    def analyze(self, batch: Batch) -> Any:
        return {}


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
def plugins() -> Plugins:
    """The installed plugins, and one that brings the analyzers above."""
    module = ModuleType("third_party")

    def register_analyzers(register: Register) -> None:
        register("openings", Openings)
        register("forgetful", Forgetful)

    module.register_analyzers = hookimpl(register_analyzers)  # type: ignore[attr-defined]
    return load_plugins([module])


@pytest.fixture(scope="module")
def runtime(plugins: Plugins) -> Runtime:
    return Runtime(ASKED, plugins)


ASKED = Settings(analyzers=("openings",), seed=5, options={"openings": {"case": "upper"}})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "v.db") as opened:
        yield opened


def analyzed(store: Store, runtime: Runtime, *numbers: int) -> Outcome:
    """A run over some of the messages, as the command makes it."""
    export = Path(store.path).with_suffix(".csv")
    rows = "".join(f"R-{n};{SAID[n]}\n" for n in numbers)
    export.write_text(f"Radicado;Descripción\n{rows}", "utf-8")
    settings = runtime.settings
    asked = {"model": settings.model, "seed": settings.seed, "options": settings.options}
    with Inputs(runtime.plugins, ReadOptions()) as inputs:
        return Run(store, runtime).execute(inputs, [str(export)], "quejas.csv", asked)


def tables(store: Store) -> tuple[list[Any], list[Any]]:
    """Each opening with its id and name, and each message's opening."""
    openings = store.conn.execute("SELECT id, word, name, seed FROM openings ORDER BY id")
    messages = store.conn.execute("SELECT * FROM message_openings ORDER BY message_id")
    return openings.fetchall(), messages.fetchall()


def status(store: Store) -> list[str]:
    rows = store.conn.execute("SELECT status FROM analyses WHERE name = 'openings' ORDER BY id")
    return [row[0] for row in rows]


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


NAMED = {"names": b'{"DEMORA": "Demoras"}'}


class TestReapply:
    def test_an_edit_is_kept_with_the_tables_made_of_it(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1, 2)
        messages = tables(store)[1]
        reapply_corpus(store, "openings", edits=NAMED, plugins=runtime.plugins)
        assert tables(store) == ([(1, "DEMORA", "Demoras", 5), (2, "COBRO", "COBRO", 5)], messages)
        assert read_memory(store.conn, "openings") == {"words": b'["DEMORA", "COBRO"]', **NAMED}
        reapply_corpus(store, "openings", edits={"names": b""}, plugins=runtime.plugins)
        assert read_memory(store.conn, "openings") == {"words": b'["DEMORA", "COBRO"]'}
        assert tables(store)[0][0] == (1, "DEMORA", "DEMORA", 5)

    def test_it_makes_no_run_and_the_next_run_has_nothing_left_to_do(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1)
        runs = store.conn.execute("SELECT * FROM runs").fetchall()
        reapply_corpus(store, "openings", edits=NAMED, plugins=runtime.plugins)
        assert store.conn.execute("SELECT * FROM runs").fetchall() == runs
        assert status(store) == ["ok", "ok"]
        assert analyzed(store, runtime, 1).fitted == []

    def test_it_does_as_the_run_that_the_analyzer_took_part_in_and_not_a_later_one(
        self, store: Store, runtime: Runtime, plugins: Plugins, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1)
        analyzed(store, Runtime(Settings(analyzers=("forgetful",), seed=9), plugins), 1)
        for _ in range(2):  # the second time too: where it is recorded must not mislead it
            reapply_corpus(store, "openings", plugins=plugins)
        assert tables(store)[0] == [(1, "DEMORA", "DEMORA", 5)]

    def test_batches_are_told_as_they_pass(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1)
        passed: list[int] = []
        reapply_corpus(
            store, "openings", plugins=runtime.plugins, on_batch=lambda: passed.append(1)
        )
        assert len(passed) == 2  # one pass to learn, one to apply

    def test_a_failure_is_raised_and_the_edit_is_not_kept(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1)
        before = tables(store), read_memory(store.conn, "openings")
        analyzer.fault = "analyze"
        with pytest.raises(VocmineError, match=r"Analyzer 'openings' .*: no more words"):
            reapply_corpus(store, "openings", edits=NAMED, plugins=runtime.plugins)
        assert (tables(store), read_memory(store.conn, "openings")) == before
        assert status(store) == ["ok", "failed"]

    def test_a_store_that_another_program_writes_to_is_told(
        self,
        store: Store,
        runtime: Runtime,
        analyzer: type[Openings],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        analyzed(store, runtime, 1)
        monkeypatch.setattr("vocmine.store.database.LOCK_SECONDS", 0.05)
        told = pytest.raises(StoreError, match="Another program is writing")
        with Store(store.path) as waiting, store.transaction(), told:
            reapply_corpus(waiting, "openings", edits=NAMED, plugins=runtime.plugins)
        assert read_memory(store.conn, "openings") == {"words": b'["DEMORA"]'}

    def test_what_cannot_be_applied_is_said(self, store: Store, runtime: Runtime) -> None:
        plugins = runtime.plugins
        with pytest.raises(UsageError, match="has no messages for analyzer 'openings'"):
            reapply_corpus(store, "openings", plugins=plugins)
        analyzed(store, runtime, 1)
        with pytest.raises(UsageError, match="no analyzer named 'closings'"):
            reapply_corpus(store, "closings", plugins=plugins)
        with pytest.raises(UsageError, match="'pqrs' works message by message"):
            reapply_corpus(store, "pqrs", plugins=plugins)
        with pytest.raises(PluginError, match=r"'forgetful' 1 \(third_party\) keeps nothing"):
            reapply_corpus(store, "forgetful", edits=NAMED, plugins=plugins)
        with pytest.raises(PluginError, match="edit of analyzer 'openings' expects bytes"):
            reapply_corpus(store, "openings", edits={"names": "x"}, plugins=plugins)  # type: ignore[dict-item]


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
        expected = sketched(made.encoder.encode(texts, own, own * 0, ends).segment_vectors)
        found = taken[0].sketch(texts)
        assert found.dtype == np.int8
        assert (found == expected).all()
        assert taken[0].sketch([]).shape == (0, expected.shape[1])

    def test_without_an_encoder_it_says_so(self) -> None:
        with pytest.raises(PluginError, match="no encoder is known"):
            Context(heads=None).sketch(["cobros"])  # type: ignore[arg-type]


GUIDE = Path(__file__).parent.parent / "docs" / "plugins.md"
EXAMPLE = dict(
    re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', GUIDE.read_text("utf-8"), re.M | re.S)
)


@pytest.fixture
def documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example of docs/plugins.md, installed; a folder to work in."""
    folder = tmp_path / "installed"
    info = folder / "vocmine_openings-0.1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "vocmine_openings.py").write_text(EXAMPLE["vocmine_openings.py"], "utf-8")
    (info / "METADATA").write_text("Name: vocmine-openings\nVersion: 0.1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[vocmine]\nopenings = vocmine_openings\n", "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("vocmine_openings", None)


def test_the_example_of_the_guide_keeps_numbers_and_names(documented: Path) -> None:
    commands = click.Group()
    load_plugins().add_commands(commands)

    def run(group: click.Group, *arguments: str) -> None:
        CliRunner().invoke(group, arguments, catch_exceptions=False)

    def openings() -> list[Any]:
        with Store(documented / "vocmine.db") as store:
            return store.conn.execute("SELECT id, name, messages FROM openings").fetchall()

    def export(*numbers: int) -> None:
        rows = "".join(f"R-{n};{SAID[n]}\n" for n in numbers)
        (documented / "quejas.csv").write_text(f"Radicado;Descripción\n{rows}", "utf-8")

    export(2)
    run(cli, "analyze", "quejas.csv", "--analyzer", "openings")
    run(commands, "rename-opening", "cobro", "Cobros dobles")
    assert openings() == [(1, "Cobros dobles", 1)]
    export(1, 2, 3)
    run(cli, "analyze", "quejas.csv", "--analyzer", "openings")
    assert openings() == [(1, "Cobros dobles", 1), (2, "demora", 2)]
