"""Stores in memory as a finished run leaves them, filled from readable records."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from vocmine.catalogue import label_set
from vocmine.store.database import Store
from vocmine.tables import Table
from vocmine_emotion.analyzer import EmotionAnalyzer
from vocmine_friction.analyzer import FrictionAnalyzer
from vocmine_pqrs.analyzer import PqrsAnalyzer
from vocmine_sentiment.analyzer import SentimentAnalyzer
from vocmine_topic.analyzer import TopicAnalyzer

Record = Mapping[str, Any]

TABLES: dict[str, tuple[Table, ...]] = {
    "sentiment": SentimentAnalyzer.outputs,
    "emotion": EmotionAnalyzer.outputs,
    "friction": FrictionAnalyzer.outputs,
    "pqrs": PqrsAnalyzer.outputs,
    "topic": TopicAnalyzer.outputs,
}
"""What the built-in analyzers declare, by name."""
ALL = tuple(TABLES)
PHASE = {label.code: label.parent for label in label_set("stage").labels}

# Quote, polarity, friction, stage, pyramid level, touchpoint.
_Q = tuple[str, int, str, str, str, str]
_DETAILS = (
    "Chapinero", "Bello", "Soledad", "enero", "febrero", "marzo", "Cali", "Pasto", "Ibagué",
    "Kennedy", "junio", "Manizales", "diez minutos", "Suba", "Envigado", "la semana pasada",
)  # fmt: skip


def record(
    number: int = 1,
    *,
    text: str = "Me cobraron dos veces la cuota de manejo.",
    quotes: Sequence[_Q] = (("Me cobraron dos veces", -2, "billing", "use", "utility", "billing"),),
    **labels: Any,
) -> dict[str, Any]:
    """One labelled message; offsets are found from the quotes."""
    insights = []
    for quote, polarity, friction, stage, pyramid, touchpoint in quotes:
        start = text.index(quote)
        insights.append(
            {
                "quote": quote,
                "start": start,
                "end": start + len(quote),
                "polarity": polarity,
                "friction": friction,
                "stage": stage,
                "pyramid": pyramid,
                "touchpoint": touchpoint,
                "confidence": labels.get("confidence", 0.85),
            }
        )
    defaults = {
        "external_id": f"PQR-{number:05d}",
        "created_at": "2026-03-02T09:15:00",
        "lang": "es",
        "channel": "correo",
        "pqrs": "claim",
        "sentiment": "negative",
        "emotions": (),
        "effort": 0,
        "churn": 0,
        "urgent": 0,
        "topic": "",
        "country": "CO",
        "score": None,
        "author": "",
        "extra": {},
        "recommend": 0,
    }
    return {**defaults, "text": text, "insights": insights, **labels}


def realistic_records(count: int = 300, *, seed: int = 7) -> list[dict[str, Any]]:
    """Complaints, questions and praise to a bank over half a year, in Colombian Spanish."""
    rng = random.Random(seed)
    # Texts with their labels; `{}` takes a detail that changes.
    patterns = json.loads(Path(__file__).with_name("messages.json").read_text("utf-8"))
    weights = [pattern.pop("weight") for pattern in patterns]
    first = date(2026, 1, 5)
    records = []
    for number in range(1, count + 1):
        labels = dict(rng.choices(patterns, weights)[0])
        text = labels.pop("text").replace("{}", rng.choice(_DETAILS))
        day = first + timedelta(days=int(175 * rng.random() ** 0.8))
        labels["created_at"] = f"{day}T{rng.randrange(7, 19):02d}:{rng.randrange(60):02d}:00"
        labels["channel"] = rng.choice(("correo", "formulario web", "línea de atención", "oficina"))
        labels["confidence"] = round(rng.uniform(0.35, 0.98), 3)
        records.append(record(number, text=text, **labels))
    return records


def build_store(
    records: Iterable[Record] = (),
    *,
    analyzers: Sequence[str] = ALL,
    source: str = "quejas.csv",
) -> Store:
    """A store in memory as a finished run leaves it, with the tables of `analyzers` only."""
    store = Store(":memory:")
    for name in analyzers:
        store.ensure_tables(name, TABLES[name])
    rows = list(records)
    conn = store.conn
    with store.transaction():
        conn.execute(
            "INSERT INTO sources (id, name, path, plugin, format) VALUES (1, ?, ?, 'tickets', ?)",
            [source, f"/datos/{source}", 'CSV ";" latin-1'],
        )
        conn.execute(
            "INSERT INTO runs (id, name, started_at, finished_at, status, version, options, read,"
            " analysed, new) VALUES (1, 'corrida', '2026-07-01T10:00:00+00:00',"
            " '2026-07-01T10:02:00+00:00', 'ok', '0.1.0', '{}', ?, ?, ?)",
            [len(rows)] * 3,
        )
        for name in analyzers:
            conn.execute(
                "INSERT INTO analyses (run_id, name, plugin, version, model_sha256, fingerprint,"
                " status) VALUES (1, ?, ?, '1', ?, 'f', 'ok')",
                [name, f"vocmine-{name}", "a1b2c3d4e5f60718"],
            )
        topics = _write_topics(store, rows) if "topic" in analyzers else {}
        for row in rows:
            _write_message(store, row, analyzers, topics)
    return store


def saved(records: Iterable[Record], path: Path) -> Path:
    """The same store on disk."""
    with build_store(records) as store:
        store.conn.execute("VACUUM INTO ?", [str(path)])
    return path


def _write_topics(store: Store, rows: Sequence[Record]) -> dict[str, int]:
    names = sorted({row["topic"] for row in rows if row["topic"]})
    for identifier, name in enumerate(names, start=1):
        terms = json.dumps(name.lower().split(), ensure_ascii=False)
        total = sum(row["topic"] == name for row in rows)
        store.conn.execute(
            "INSERT INTO topics (id, topic, name, terms, segments, messages) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [identifier, identifier, name, terms, total, total],
        )
    return {name: identifier for identifier, name in enumerate(names, start=1)}


def _write_message(
    store: Store, row: Record, analyzers: Sequence[str], topics: Mapping[str, int]
) -> None:
    conn = store.conn
    digest = hashlib.sha256(row["text"].encode()).hexdigest()
    message = conn.execute(
        "INSERT INTO messages (source_id, external_id, title, text, lang, created_at, channel,"
        " country, score, author, extra, content_hash, record_hash, skip_reason, run_id)"
        " VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        [
            row["external_id"], row["text"][:40], row["text"], row["lang"], row["created_at"],
            row["channel"], row["country"], row["score"], row["author"],
            json.dumps(row["extra"], ensure_ascii=False),
            digest, digest, row.get("skip_reason"),
        ],
    ).lastrowid  # fmt: skip
    if row.get("skip_reason"):
        return
    if "sentiment" in analyzers:
        conn.execute(
            "INSERT INTO sentiment VALUES (?, ?, 0.8, ?, 0.8)",
            [message, row["sentiment"], row["recommend"]],
        )
    if "friction" in analyzers:
        values = [message, row["effort"], row["churn"]]
        conn.execute("INSERT INTO effort VALUES (?, ?, 0.8, ?, 0.8)", values)
    if "pqrs" in analyzers:
        values = [message, row["pqrs"], row["urgent"]]
        conn.execute("INSERT INTO pqrs VALUES (?, ?, 0.8, ?, 0.8)", values)
    if "emotion" in analyzers:
        conn.executemany(
            "INSERT INTO emotions (message_id, emotion, confidence) VALUES (?, ?, 0.7)",
            [(message, emotion) for emotion in row["emotions"]],
        )
    for insight in row["insights"]:
        segment = conn.execute(
            "INSERT INTO segments (message_id, start, end, title) VALUES (?, ?, ?, ?)",
            [message, insight["start"], insight["end"], insight["quote"]],
        ).lastrowid
        conn.execute(
            "INSERT INTO insights (message_id, segment_id, start, end, quote, polarity, friction,"
            " phase, stage, pyramid, touchpoint, confidence)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                message, segment, insight["start"], insight["end"], insight["quote"],
                insight["polarity"] if "sentiment" in analyzers else None,
                insight["friction"] if "friction" in analyzers else None,
                PHASE[insight["stage"]],
                insight["stage"], insight["pyramid"], insight["touchpoint"],
                insight["confidence"],
            ],
        )  # fmt: skip
        if topics and row["topic"]:
            conn.execute(
                "INSERT INTO segment_topics (segment_id, topics_id, weight, fit) "
                "VALUES (?, ?, 1.0, 0.5)",
                [segment, topics[row["topic"]]],
            )
