"""Fixtures that several test modules share: the command line, and a store filled by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vocmine.contract import Rows
from vocmine.intake import Intake
from vocmine.message import Message, Skipped
from vocmine.pipeline import INSIGHT, Analysis
from vocmine.store import Store, runs
from vocmine.store.writer import register_chunk, write_analysis
from vocmine.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


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


TABLES = {
    "sentiment": (
        Table(
            "sentiment",
            "message",
            (
                Column("sentiment", labels="sentiment"),
                Column("sentiment_confidence", "real"),
                Column("recommend", "integer", labels="recommend"),
                Column("recommend_confidence", "real"),
            ),
        ),
    ),
    "emotion": (
        Table(
            "emotions",
            "message",
            (Column("emotion", labels="emotion"), Column("confidence", "real")),
            many=True,
        ),
    ),
    "friction": (
        Table(
            "effort",
            "message",
            (
                Column("effort", "integer", labels="effort"),
                Column("effort_confidence", "real"),
                Column("churn", "boolean"),
                Column("churn_confidence", "real"),
            ),
        ),
    ),
    "pqrs": (
        Table(
            "pqrs",
            "message",
            (
                Column("pqrs", labels="pqrs"),
                Column("pqrs_confidence", "real"),
                Column("urgent", "boolean"),
                Column("urgent_confidence", "real"),
            ),
        ),
    ),
    "topic": (
        Table(
            "topics",
            "corpus",
            (
                Column("name"),
                Column("terms", "json"),
                Column("segments", "integer"),
                Column("messages", "integer"),
            ),
        ),
        Table(
            "segment_topics",
            "segment",
            (Column("topics_row", "integer"), Column("weight", "real")),
            many=True,
        ),
    ),
}
"""The tables that the built-in analyzers declare."""

PHASES = {
    "discovery": "before",
    "consideration": "before",
    "purchase": "during",
    "delivery": "during",
    "use": "after",
    "support": "after",
    "loyalty": "after",
    "unknown": "unknown",
}


@dataclass(frozen=True)
class Said:
    """One message with its labels.

    Each insight is (quote, polarity, friction, stage, pyramid, touchpoint).
    """

    id: str
    day: str
    text: str
    pqrs: str
    sentiment: str
    emotions: tuple[str, ...] = ()
    effort: int = 0
    churn: int = 0
    recommend: int = 0
    urgent: int = 0
    insights: tuple[tuple[str, int, str, str, str, str], ...] = ()
    extra: tuple[tuple[str, str], ...] = (("Ciudad", "Bogotá"),)


SAID = (
    Said(
        "R-1",
        "2026-01-05T08:30:00",
        "Me cobraron dos veces la cuota de manejo y nadie me responde.",
        "claim",
        "negative",
        ("anger", "frustration"),
        effort=3,
        urgent=1,
        insights=(
            ("cobraron dos veces la cuota de manejo", -2, "billing", "use", "utility", "billing"),
            ("nadie me responde", -2, "no_response", "support", "utility", "phone"),
        ),
    ),
    Said(
        "R-2",
        "2026-01-07",
        "La aplicación se cierra cuando pago la factura.",
        "claim",
        "negative",
        ("frustration",),
        insights=(("se cierra cuando pago la factura", -1, "outage", "use", "usability", "app"),),
    ),
    Said(
        "R-3",
        "2026-01-09",
        "Me cobraron un seguro que no pedí.",
        "claim",
        "very_negative",
        ("anger",),
        churn=1,
        recommend=-1,
        insights=(("cobraron un seguro que no pedí", -2, "billing", "use", "utility", "billing"),),
    ),
    Said(
        "R-4",
        "2026-02-02",
        "Excelente la asesora de la oficina, muy amable.",
        "compliment",
        "very_positive",
        ("gratitude", "joy"),
        recommend=1,
        insights=(("muy amable", 2, "none", "support", "enjoyable", "staff"),),
    ),
    Said(
        "R-5",
        "2026-02-03",
        "El pedido llegó roto [b]y tarde[/b], qué decepción.",
        "claim",
        "negative",
        ("disappointment",),
        insights=(
            ("llegó roto", -2, "wrong_delivery", "delivery", "utility", "delivery"),
            ("[b]y tarde[/b]", -1, "delay", "delivery", "utility", "delivery"),
        ),
    ),
    Said(
        "R-6",
        "2026-02-10",
        '=HYPERLINK("http://malo.example";"premio") es lo que me llegó por correo del banco.',
        "report",
        "negative",
        ("fear",),
        urgent=1,
        insights=(('=HYPERLINK("http://malo.example"', -1, "security", "use", "utility", "email"),),
    ),
    Said(
        "R-7", "2026-02-11", "¿Cuál es el horario de la oficina del centro?", "inquiry", "neutral"
    ),
    Said(
        "R-8",
        "2026-03-01",
        "La fila duró dos horas, pero la página es muy fácil de usar.",
        "grievance",
        "mixed",
        ("frustration", "joy"),
        effort=2,
        insights=(
            ("La fila duró dos horas", -1, "delay", "support", "usability", "store"),
            ("la página es muy fácil de usar", 1, "none", "use", "usability", "web"),
        ),
    ),
    Said(
        "R-9",
        "2026-03-04",
        "Me cobraron la cuota de manejo de una tarjeta cancelada.",
        "claim",
        "negative",
        insights=(("cobraron la cuota de manejo", -1, "billing", "use", "utility", "billing"),),
    ),
    Said(
        "R-10",
        "2026-03-05",
        "A cobrança da tarifa não foi explicada pelo atendente.",
        "claim",
        "negative",
        insights=(("não foi explicada", -1, "information", "support", "usability", "staff"),),
    ),
    Said(
        "R-11",
        "2026-03-06",
        "The mobile app is lovely and the transfer arrived at once.",
        "compliment",
        "positive",
        ("joy",),
        recommend=1,
        insights=(
            ("app is lovely", 2, "none", "use", "enjoyable", "app"),
            ("transfer arrived at once", 2, "none", "use", "utility", "app"),
        ),
    ),
    Said(
        "R-12",
        "2026-03-09",
        "Antes de abrir la cuenta la publicidad prometía otra tasa.",
        "claim",
        "negative",
        ("disappointment",),
        insights=(
            (
                "la publicidad prometía otra tasa",
                -1,
                "promise",
                "discovery",
                "utility",
                "advertising",
            ),
        ),
    ),
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
            said.text,
            external_id=said.id,
            created_at=datetime.fromisoformat(said.day),
            channel="web",
            country="CO",
            score=2.0,
            extra=dict(said.extra),
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
    source = runs.source_id(store, "banco.csv", "/datos/banco.csv", "tickets", 'CSV ";" utf-8')
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
    owner: list[int] = []
    start: list[int] = []
    end: list[int] = []
    texts: list[str] = []
    insights: list[tuple[Any, ...]] = []
    for message, said in enumerate(SAID):
        quotes = [insight[0] for insight in said.insights] or [said.text]
        for position, quote in enumerate(quotes):
            at = said.text.index(quote)
            if said.insights:
                insights.append((len(owner), at, at + len(quote), *said.insights[position][1:]))
            owner.append(message)
            start.append(at)
            end.append(at + len(quote))
            texts.append(quote)
    everyone = np.arange(len(SAID), dtype=np.intp)
    emotions = [(row, emotion) for row, said in enumerate(SAID) for emotion in said.emotions]
    return Analysis(
        np.asarray(message_ids, dtype=np.int64),
        np.asarray(owner, dtype=np.int32),
        np.asarray(start, dtype=np.int32),
        np.asarray(end, dtype=np.int32),
        texts,
        [said.text for said in SAID],
        tables={
            "sentiment": _rows(
                sentiment=[said.sentiment for said in SAID],
                sentiment_confidence=[0.9] * len(SAID),
                recommend=[said.recommend for said in SAID],
                recommend_confidence=[0.9] * len(SAID),
            ),
            "emotions": Rows(
                np.asarray([row for row, _ in emotions], dtype=np.intp),
                {"emotion": [e for _, e in emotions], "confidence": [0.8] * len(emotions)},
            ),
            "effort": _rows(
                effort=[said.effort for said in SAID],
                effort_confidence=[0.7] * len(SAID),
                churn=[said.churn for said in SAID],
                churn_confidence=[0.7] * len(SAID),
            ),
            "pqrs": _rows(
                pqrs=[said.pqrs for said in SAID],
                pqrs_confidence=[0.7] * len(SAID),
                urgent=[said.urgent for said in SAID],
                urgent_confidence=[0.7] * len(SAID),
            ),
            "insights": Rows(
                np.asarray([row[0] for row in insights], dtype=np.intp),
                {
                    "start": [row[1] for row in insights],
                    "end": [row[2] for row in insights],
                    "polarity": [row[3] for row in insights],
                    "friction": [row[4] for row in insights],
                    "phase": [PHASES[row[5]] for row in insights],
                    "stage": [row[5] for row in insights],
                    "pyramid": [row[6] for row in insights],
                    "touchpoint": [row[7] for row in insights],
                    "confidence": [float(np.float32(0.8)) for row in insights],
                },
            ),
        },
        covered=dict.fromkeys(["sentiment", "emotion", "friction", "pqrs", INSIGHT], everyone),
    )


def _rows(**columns: list[Any]) -> Rows:
    return Rows(np.arange(len(SAID), dtype=np.intp), columns)


def _write_topics(store: Store) -> None:
    with store.transaction() as conn:
        for key, (name, terms, own) in enumerate(TOPICS, 1):
            conn.execute(
                "INSERT INTO topics (id, name, terms, segments, messages) VALUES (?, ?, ?, ?, ?)",
                [key, name, json.dumps(terms), len(own), len(own)],
            )
            conn.execute(
                "INSERT INTO segment_topics (segment_id, topics_id, weight) "
                "SELECT min(s.id), ?, 1.0 / m.id FROM segments AS s JOIN messages AS m "
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
