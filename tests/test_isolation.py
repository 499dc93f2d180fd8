"""What fails in a run costs itself only: a source, a message, a plugin; the rest is analysed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from vocmine import Engine, hookimpl
from vocmine.batch import Batch
from vocmine.errors import UsageError
from vocmine.message import Message, Record, Unreadable
from vocmine.outcome import Outcome
from vocmine.plugin import Column, Context, Detection, ReadOptions, Register, Table
from vocmine.run import Run
from vocmine.runtime import Runtime
from vocmine.store import Store

TEXTS = [f"Me cobraron dos veces la factura número {n} y nadie responde." for n in range(40)]


class Words:
    """Counts words."""

    version = "1"
    requires = ("texts",)
    outputs: tuple[Table, ...] = (Table("words", "message", (Column("n", "integer"),)),)

    def open(self, context: Context) -> None: ...

    def analyze(self, batch: Batch) -> Any:
        return {"words": {"n": [len(text.split()) for text in batch.texts]}}


class Scribbler(Words):
    """Writes into the vectors that every analyzer shares."""

    outputs = (Table("scribbles", "message", (Column("n", "integer"),)),)

    def analyze(self, batch: Batch) -> Any:
        batch.message_vectors[:] = 0
        return {"scribbles": {"n": [0] * len(batch)}}


class Drip:
    """A source that breaks after some records."""

    def detect(self, path: Path, options: ReadOptions) -> Detection:
        return Detection(0.0 if path.is_dir() else 1.0, "drip")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        for number, text in enumerate(TEXTS[:5], 1):
            yield Message(text, external_id=str(number), locator=f"drop {number}")
        raise RuntimeError("the pipe is dry")


def plugin(**registered: tuple[str, type[Any]]) -> ModuleType:
    """A plugin module: what is registered (`sources`, `analyzers`) to its name and class."""
    module = ModuleType("third_party")
    for kind, (name, target) in registered.items():

        def hook(register: Register, name: str = name, target: type[Any] = target) -> None:
            register(name, target)

        setattr(module, kind, hookimpl(hook, specname=f"register_{kind}"))
    return module


def runtime(*names: str, **registered: tuple[str, type[Any]]) -> Runtime:
    return Engine(analyzers=names, plugins=[plugin(**registered)]).runtime


def run(store: Store, prepared: Runtime, path: Path) -> Outcome:
    from vocmine.inputs import Inputs

    with Inputs(prepared.plugins, ReadOptions()) as inputs:
        return Run(store, prepared).execute(inputs, [str(path)], "prueba", {})


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "quejas.csv"
    rows = "\n".join(f"R-{n};{text}" for n, text in enumerate(TEXTS))
    path.write_text(f"Radicado;Descripción\n{rows}\n", "utf-8")
    return path


def test_what_a_source_read_before_it_broke_is_kept(export: Path) -> None:
    with Store() as store:
        outcome = run(store, runtime("pqrs", sources=("drip", Drip)), export)
        assert outcome.errors == [
            "Source 'drip' (third_party) failed on 'quejas.csv' after 5 records: RuntimeError: "
            "the pipe is dry. What was read before is kept; mend the export or the plugin, and "
            "run it again."
        ]
        assert outcome.counts.read == outcome.counts.analysed == 5


class Odd(Drip):
    """A source whose second record breaks the contract of messages."""

    wrong: Any = None

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        yield Message(TEXTS[0], locator="drop 1")
        yield self.wrong
        yield Message(TEXTS[1], locator="drop 3")


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (None, "it gave NoneType where a Message, Skipped or Unreadable is expected"),
        ("texto", "it gave str where"),
        (Message(None, locator="drop 2"), "'text' expects text, got NoneType"),  # type: ignore[arg-type]
        (Message("Hola", external_id=5), "'external_id' expects text, got int"),  # type: ignore[arg-type]
        (Message("Hola", score=70.0), "'score' expects 1 to 5, got 70.0"),
        (Message("Hola", score="malo"), "'score' expects 1 to 5, got 'malo'"),  # type: ignore[arg-type]
        (Message("Hola", created_at="2026-01-01"), "'created_at' expects a datetime, got str"),  # type: ignore[arg-type]
        (Message("Hola", extra={"a": 1}), "'extra' expects text for text, got 1 for 'a'"),  # type: ignore[dict-item]
        (Unreadable(ValueError("x")), "'error' expects text, got ValueError"),  # type: ignore[arg-type]
    ],
)
def test_a_record_that_breaks_the_contract_costs_itself_only(
    export: Path, wrong: Any, fault: str
) -> None:
    odd = type("OddOne", (Odd,), {"wrong": wrong})
    with Store() as store:
        outcome = run(store, runtime("pqrs", sources=("odd", odd)), export)
        assert (outcome.counts.analysed, outcome.counts.failed) == (2, 1)
        (error,) = store.conn.execute("SELECT error FROM failures").fetchone()
        assert error.startswith("The source plugin is at fault: ")
        assert fault in error


class Leaving(Words):
    """Ends the process, as a script would."""

    outputs = (Table("leaves", "message", (Column("n", "integer"),)),)

    def analyze(self, batch: Batch) -> Any:
        if any("número 17 " in text for text in batch.texts):
            sys.exit("no puedo con esto")
        return {"leaves": {"n": [1] * len(batch)}}


def test_an_analyzer_that_calls_exit_ends_nothing_but_its_own_rows(export: Path) -> None:
    with Store() as store:
        prepared = runtime("pqrs", "leaving", analyzers=("leaving", Leaving))
        outcome = run(store, prepared, export)
        count = "SELECT count(*) FROM "
        found = [store.conn.execute(count + table).fetchone()[0] for table in ("pqrs", "leaves")]
        assert found == [40, 39]
        assert outcome.counts.failed == 1


class Outside(Words):
    """Marks words beyond the end of the text, or calls them what they are not."""

    outputs = (
        Table(
            "marks",
            "message",
            (Column("start", "integer"), Column("end", "integer"), Column("quote")),
        ),
    )
    end, quote = 10_000, ""

    def analyze(self, batch: Batch) -> Any:
        count = len(batch)
        return {
            "marks": {
                "start": [0] * count,
                "end": [self.end] * count,
                "quote": [self.quote] * count,
            }
        }


@pytest.mark.parametrize(
    ("end", "quote", "fault"),
    [
        (10_000, "", "the span 0 to 10000 is outside its message of"),
        (-1, "", "the span 0 to -1 is outside its message of"),
        (2, "Mi", "the quote 'Mi' is not what stands at 0 to 2: 'Me'"),
    ],
)
def test_spans_are_checked_against_the_text(export: Path, end: int, quote: str, fault: str) -> None:
    marks = type("Marks", (Outside,), {"end": end, "quote": quote})
    with Store() as store:
        outcome = run(store, runtime("pqrs", "marks", analyzers=("marks", marks)), export)
        assert fault in outcome.errors[0]
        assert store.conn.execute("SELECT count(*) FROM marks").fetchone() == (0,)


def test_true_spans_are_stored(export: Path) -> None:
    marks = type("Marks", (Outside,), {"end": 2, "quote": "Me"})
    with Store() as store:
        assert run(store, runtime("pqrs", "marks", analyzers=("marks", marks)), export).ok
        assert store.conn.execute("SELECT count(*) FROM marks").fetchone() == (40,)


class TestAMessageThatTheEngineCannotRead:
    def poisoned(self, monkeypatch: pytest.MonkeyPatch) -> Runtime:
        prepared = runtime("pqrs")
        encode = prepared.encoder.encode

        def fail(texts: Sequence[str], *segments: Any) -> Any:
            if any("número 17 " in text for text in texts):
                raise FloatingPointError("not a number")
            return encode(texts, *segments)

        monkeypatch.setattr(prepared.encoder, "encode", fail)
        return prepared

    def test_is_found_by_halving_and_its_neighbours_are_analysed(
        self, export: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Store() as store:
            outcome = run(store, self.poisoned(monkeypatch), export)
            failures = store.conn.execute(
                "SELECT m.external_id, f.plugin, f.locator, f.error FROM failures AS f "
                "JOIN messages AS m ON m.id = f.message_id"
            ).fetchall()
            done = store.conn.execute("SELECT count(*) FROM pqrs").fetchone()[0]
        assert failures == [("R-17", "engine", "row 19", "FloatingPointError: not a number")]
        assert (done, outcome.counts.analysed, outcome.counts.failed) == (39, 39, 1)
        assert not outcome.errors

    def test_is_tried_again_by_the_next_run(
        self, export: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Store() as store:
            run(store, self.poisoned(monkeypatch), export)
            again = run(store, runtime("pqrs"), export)
        assert (again.counts.unchanged, again.counts.analysed, again.ok) == (40, 1, True)


class TestAnAnalyzer:
    def test_whose_table_is_taken_in_this_store_is_left_out_and_named(self, export: Path) -> None:
        with Store() as store:
            run(store, runtime("words", analyzers=("words", Words)), export)
            rival = runtime("rival", "pqrs", analyzers=("rival", Words))
            outcome = run(store, rival, export)
            done = store.conn.execute("SELECT count(*) FROM pqrs").fetchone()[0]
        assert outcome.errors == [
            "Analyzer 'rival' declares table 'words', which belongs to words. "
            "Give the table another name."
        ]
        assert done == len(TEXTS)

    def test_cannot_alter_what_the_others_are_given(self, export: Path) -> None:
        with Store() as store:
            outcome = run(store, runtime("a", "pqrs", analyzers=("a", Scribbler)), export)
            failed = {row[0] for row in store.conn.execute("SELECT plugin FROM failures")}
            done = store.conn.execute("SELECT count(*) FROM pqrs").fetchone()[0]
        assert not outcome.ok
        assert (failed, done) == ({"a"}, len(TEXTS))

    def test_is_named_when_the_first_failure_stops_the_run(self) -> None:
        class Sour(Words):
            def analyze(self, batch: Batch) -> Any:
                raise KeyError("sour")

        engine = Engine(
            analyzers=["sour"], plugins=[plugin(analyzers=("sour", Sour))], fail_fast=True
        )
        with pytest.raises(KeyError) as raised:
            engine.analyze(["Mala atención"])
        assert raised.value.__notes__[0].startswith("Raised by Analyzer 'sour' 1 (third_party")

    def test_that_is_not_of_the_run_takes_no_options(self) -> None:
        with pytest.raises(UsageError, match="'topci', which is no analyzer of this run"):
            Engine(analyzers=["pqrs"], options={"topci": {"topics": "9"}})


def test_rows_that_a_plugin_left_uncommitted_do_not_stop_the_run(export: Path) -> None:
    module = ModuleType("careless")

    def prepare_store(db: Any) -> None:
        db.conn.execute("CREATE TABLE IF NOT EXISTS notes (a)")
        db.conn.execute("INSERT INTO notes VALUES (1)")

    module.prepare_store = hookimpl(prepare_store)  # type: ignore[attr-defined]
    engine = Engine(analyzers=["pqrs"], plugins=[module])
    with Store() as store:
        assert run(store, engine.runtime, export).ok
        assert store.conn.execute("SELECT count(*) FROM notes").fetchone() == (1,)


def test_two_first_runs_may_make_one_store_at_the_same_time(tmp_path: Path) -> None:
    failures: list[Exception] = []
    start = threading.Barrier(4)

    def make() -> None:
        start.wait()
        try:
            Store(tmp_path / "v.db").close()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_library_prints_nothing_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    Engine(analyzers=["pqrs"]).analyze([{"text": "Mala atención", "fecha": "ayer"}])
    assert capfd.readouterr() == ("", "")


class Talking(Words):
    """Prints while it works."""

    outputs = (Table("talks", "message", (Column("n", "integer"),)),)

    def analyze(self, batch: Batch) -> Any:
        print("counting words")  # noqa: T201
        return {"talks": {"n": [0] * len(batch)}}


def test_what_a_plugin_prints_stays_out_of_the_results(
    export: Path, vocmine: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from vocmine import plugins

    found = plugins.load_plugins([plugin(analyzers=("talking", Talking))])
    monkeypatch.setattr(plugins, "load_plugins", lambda: found)
    arguments = ("--analyzer", "talking", "--format", "jsonl", "--db", tmp_path / "v.db")
    done = vocmine("analyze", export, *arguments)
    assert len(done.objects) == 40, "every line of stdout is an object"
    assert "counting words" in done.err


class Hopeless(Words):
    """Raises whatever it is given."""

    outputs = (Table("hopes", "message", (Column("n", "integer"),)),)

    def analyze(self, batch: Batch) -> Any:
        raise ValueError("no hope")


def test_fail_fast_blames_the_analyzer_and_not_the_source_that_is_being_read(
    tmp_path: Path,
) -> None:
    path = tmp_path / "larga.csv"
    lines = "\n".join(f"R-{n};{TEXTS[n % 40]} Otra {n}." for n in range(1500))
    path.write_text(f"Radicado;Descripción\n{lines}\n", "utf-8")
    engine = Engine(
        analyzers=["hopeless"],
        plugins=[plugin(analyzers=("hopeless", Hopeless))],
        fail_fast=True,
    )
    with Store() as store, pytest.raises(ValueError, match="no hope") as caught:
        run(store, engine.runtime, path)
    assert any("Raised by Analyzer 'hopeless'" in note for note in caught.value.__notes__)
    assert caught.value.__cause__ is not caught.value


class Slow(Words):
    """Breaks its promise, but not before other batches are at work."""

    outputs = (Table("slows", "message", (Column("n", "integer"),)),)

    def analyze(self, batch: Batch) -> Any:
        both_are_here.wait(timeout=120)
        return {"slows": {"wrong": []}}


both_are_here = threading.Barrier(2)


def test_a_broken_promise_is_told_once_however_many_batches_are_at_work(tmp_path: Path) -> None:
    path = tmp_path / "larga.csv"
    lines = "\n".join(f"R-{n};{TEXTS[n % 40]} Otra {n}." for n in range(500))
    path.write_text(f"Radicado;Descripción\n{lines}\n", "utf-8")
    with Store() as store:
        outcome = run(store, runtime("pqrs", "slow", analyzers=("slow", Slow)), path)
        assert len(outcome.errors) == 1
        assert "table 'slows' expects the columns ['n'], got ['wrong']" in outcome.errors[0]
        assert outcome.counts.failed == 1
