"""Fixtures that several test modules share: the command line, and a store filled by hand."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vocmine.contract import Rows
from vocmine.intake import Intake
from vocmine.message import Message, Skipped
from vocmine.pipeline import INSIGHT, Analysis
from vocmine.store import Store, runs, sources
from vocmine.store.writer import register_chunk, write_analysis

sys.path[:0] = [str(Path(__file__).parent)]
import made_stores  # noqa: E402
import made_weeks  # noqa: E402
import synthetic_year  # noqa: E402
from made_stores import TABLES  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True)
class Ran:
    """What a command did: exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Stdout as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(autouse=True)
def _usual_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are as wide as in a pipe, whatever terminal or test runner starts the tests."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have settings of their own."""
    monkeypatch.setenv("VOCMINE_CONFIG", os.devnull)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a project, with an export in a folder of it, where commands are run."""
    folder = tmp_path / "banco"
    (folder / "exports").mkdir(parents=True)
    (folder / ".git").mkdir()
    export = "Fecha,Descripción\n03/04/2026,Me cobraron dos veces\n"
    (folder / "exports" / "q.csv").write_text(export, "utf-8")
    monkeypatch.chdir(folder / "exports")
    return folder


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own file."""
    path = tmp_path / "own.toml"
    path.touch()
    monkeypatch.setenv("VOCMINE_CONFIG", str(path))
    return path


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Install a throw-away distribution as pip would: a module and its entry point."""

    folder = tmp_path / "site"
    folder.mkdir()

    def add(distribution: str, module: str, code: str, entry: str = "") -> None:
        (folder / f"{module}.py").write_text(code, "utf-8")
        info = folder / f"{distribution.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n", "utf-8"
        )
        (info / "entry_points.txt").write_text(
            f"[vocmine]\n{entry or module} = {module}\n", "utf-8"
        )

    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield add
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def vocmine(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line as the installed script does, in this process."""
    from vocmine.cli import main

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        try:
            main([str(argument) for argument in arguments])
            code: Any = 0
        except SystemExit as stop:
            code = stop.code or 0
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


SAID: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("filled_store.json").read_text("utf-8")
)
"""Twelve analysed messages; `filled_store` adds one of emoji only and one empty record."""

TOPICS = (
    ("cuota de manejo", ["cuota de manejo", "cobraron", "tarjeta"], ("R-1", "R-3", "R-9")),
    ("fila y oficina", [["fila", 0.8], ["oficina", 0.5]], ("R-4", "R-8")),
)


def records() -> list[Message | Skipped]:
    """The records of the filled store, as a source plugin would yield them."""
    read: list[Message | Skipped] = [
        Message(
            said["text"],
            external_id=said["id"],
            created_at=datetime.fromisoformat(said["day"]),
            channel="web",
            country="CO",
            score=2.0,
            extra={"Ciudad": "Bogotá"},
            locator=f"row {row}",
        )
        for row, said in enumerate(SAID, 2)
    ]
    read.append(Message("👍👍 !!", external_id="R-13", locator="row 14"))
    read.append(Skipped("empty_text", "row 15", "R-14"))
    return read


def fill(store: Store) -> None:
    """One run over `records`, analysed by hand."""
    analyzers = [
        SimpleNamespace(name=name, analyzer=SimpleNamespace(outputs=outputs))
        for name, outputs in TABLES.items()
    ]
    for name, outputs in TABLES.items():
        store.ensure_tables(name, outputs)
    run = runs.start_run(store, "banco.csv", {"paths": ["banco.csv"], "lang": "es"})
    source = sources.source_id(store, "banco.csv", "/datos/banco.csv", "tickets", 'CSV ";" utf-8')
    ids = {
        name: runs.start_analysis(
            store, run, name, plugin="vocmine 0.1.0", version="1", model_sha256="", fingerprint=name
        )
        for name in [*TABLES, INSIGHT]
    }
    (chunk,) = Intake(country="CO").chunks(records(), 100)
    arrived = register_chunk(store, run, source, chunk, list(ids))
    runs.record_skips(store, run, source, chunk.not_analysed)
    message_ids = [arrived.ids[index] for index in arrived.todo]
    written = [opened for opened in analyzers if opened.name != "topic"]
    write_analysis(store, run, _analysis(message_ids), written, ids)  # type: ignore[arg-type]
    _write_topics(store)
    runs.record_failure(store, run, "topic", "The topic analyzer was tired.", source=source)
    runs.finish_analyses(store, ids, ["topic"])
    counts = runs.Counts(read=14, new=13, skipped=2, failed=1, analysed=12)
    runs.finish_run(store, run, counts, "failed")
    store.ensure_search()


def _analysis(message_ids: Sequence[int]) -> Analysis:
    """Segments are the quotes, or the whole text of a message without any."""
    segments: list[tuple[int, int, str]] = []
    insights: list[tuple[int, dict[str, Any]]] = []
    for message, said in enumerate(SAID):
        for insight in said["insights"] or [{"quote": said["text"]}]:
            if "polarity" in insight:
                insights.append((len(segments), insight))
            segments.append((message, said["text"].index(insight["quote"]), insight["quote"]))
    return Analysis(
        np.asarray(message_ids, dtype=np.int64),
        np.asarray([message for message, _, _ in segments], dtype=np.int32),
        np.asarray([start for _, start, _ in segments], dtype=np.int32),
        np.asarray([start + len(quote) for _, start, quote in segments], dtype=np.int32),
        [quote for _, _, quote in segments],
        [said["text"] for said in SAID],
        tables={
            "sentiment": _per_message("sentiment", "recommend"),
            "emotions": _emotions(),
            "segment_polarity": _per_segment(insights, "polarity"),
            "effort": _per_message("effort", "churn"),
            "segment_friction": _per_segment(insights, "friction"),
            "pqrs": _per_message("pqrs", "urgent"),
            "insights": _insights(insights, segments),
        },
        covered=dict.fromkeys(
            ["sentiment", "emotion", "friction", "pqrs", INSIGHT],
            np.arange(len(SAID), dtype=np.intp),
        ),
    )


def _per_message(*names: str) -> Rows:
    columns = {name: [said[name] for said in SAID] for name in names}
    sure = {f"{name}_confidence": [0.7] * len(SAID) for name in names}
    return Rows(np.arange(len(SAID), dtype=np.intp), columns | sure)


def _per_segment(insights: list[tuple[int, dict[str, Any]]], name: str) -> Rows:
    rows = np.asarray([segment for segment, _ in insights], dtype=np.intp)
    codes = [said[name] for _, said in insights]
    return Rows(rows, {name: codes, f"{name}_confidence": [0.7] * len(codes)})


def _emotions() -> Rows:
    pairs = [(row, emotion) for row, said in enumerate(SAID) for emotion in said["emotions"]]
    return Rows(
        np.asarray([row for row, _ in pairs], dtype=np.intp),
        {"emotion": [emotion for _, emotion in pairs], "confidence": [0.8] * len(pairs)},
    )


def _insights(
    insights: list[tuple[int, dict[str, Any]]], segments: list[tuple[int, int, str]]
) -> Rows:
    names = ("polarity", "friction", "stage", "pyramid", "touchpoint")
    return Rows(
        np.asarray([segment for segment, _ in insights], dtype=np.intp),
        {
            "start": [segments[segment][1] for segment, _ in insights],
            "end": [segments[segment][1] + len(said["quote"]) for segment, said in insights],
            **{name: [said[name] for _, said in insights] for name in names},
            "category": [None] * len(insights),
            "phase": [made_stores.PHASE[said["stage"]] for _, said in insights],
            "confidence": [float(np.float32(0.8))] * len(insights),
        },
    )


def _write_topics(store: Store) -> None:
    with store.transaction() as conn:
        for key, (name, terms, own) in enumerate(TOPICS, 1):
            conn.execute(
                "INSERT INTO topics (id, topic, name, terms, segments, messages) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [key, key, name, json.dumps(terms), len(own), len(own)],
            )
            conn.execute(
                "INSERT INTO segment_topics (segment_id, topics_id, weight, fit) "
                "SELECT min(s.id), ?, 1.0 / m.id, 0.5 FROM segments AS s JOIN messages AS m "
                "ON m.id = s.message_id WHERE m.external_id IN (SELECT value FROM json_each(?)) "
                "GROUP BY m.id",
                [key, json.dumps(own)],
            )


@pytest.fixture(scope="session")
def _filled_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "filled.db"
    with Store(path) as store:
        fill(store)
    return path


@pytest.fixture
def filled_store(_filled_template: Path, tmp_path: Path) -> Path:
    """Path of a store with the messages of `SAID`; each test gets its own copy."""
    path = tmp_path / "filled.db"
    path.write_bytes(_filled_template.read_bytes())
    return path


@pytest.fixture
def empty_store(tmp_path: Path) -> Path:
    """Path of a store without any message."""
    path = tmp_path / "empty.db"
    Store(path).close()
    return path


@pytest.fixture(scope="session")
def record() -> Callable[..., dict[str, Any]]:
    return made_stores.record


@pytest.fixture(scope="session")
def build_store() -> Callable[..., Store]:
    return made_stores.build_store


@pytest.fixture(scope="session")
def realistic_records() -> Callable[..., list[dict[str, Any]]]:
    return made_stores.realistic_records


@pytest.fixture(scope="session")
def bank() -> Iterator[Store]:
    """300 messages of half a year, every analyzer run; tests only read it."""
    with made_stores.build_store(made_stores.realistic_records()) as store:
        yield store


@pytest.fixture(scope="session")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of a store with the messages of `made_weeks`; tests only read it."""
    return made_stores.saved(made_weeks.records(), tmp_path_factory.mktemp("weeks") / "banco.db")


@pytest.fixture(scope="session")
def year() -> synthetic_year.Year:
    """A year of messages with known truths."""
    return synthetic_year.synthetic_year()


@pytest.fixture(scope="session")
def year_store(year: synthetic_year.Year) -> Iterator[Store]:
    """The year, every analyzer run; tests only read it."""
    with synthetic_year.year_store(year) as store:
        yield store
