"""What comes with vocmine passes the checks that third parties' plugins are given."""

from __future__ import annotations

import mailbox
from collections.abc import Mapping
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

from vocmine.models import load_encoder
from vocmine.plugins import load_plugins
from vocmine.testing import AnalyzerSuite, EncoderSuite, SourceSuite

BUILT_IN = {
    kind: {
        name: found
        for name, found in load_plugins().of(kind).items()
        if found.distribution == "vocmine"
    }
    for kind in ("analyzer", "source", "encoder")
}


def test_every_built_in_has_a_suite_here() -> None:
    suites = {suite.target for suite in [*_Analyzer.__subclasses__(), *_own_sources()]}
    built_in = {
        found.path for found in [*BUILT_IN["analyzer"].values(), *BUILT_IN["source"].values()]
    }
    assert built_in <= suites
    assert not BUILT_IN["encoder"], "the shipped encoder is no plugin: TestShippedEncoder makes it"


def _own_sources() -> list[type[SourceSuite]]:
    return [suite for suite in SourceSuite.__subclasses__() if suite.__module__ == __name__]


class _Analyzer(AnalyzerSuite):
    model = "voc-fast"  # the heads have the same names, and the vectors take a fifth of the time


class TestEmotion(_Analyzer):
    target = "vocmine_emotion.analyzer:EmotionAnalyzer"


class TestFriction(_Analyzer):
    target = "vocmine_friction.analyzer:FrictionAnalyzer"


class TestPqrs(_Analyzer):
    target = "vocmine_pqrs.analyzer:PqrsAnalyzer"


class TestSentiment(_Analyzer):
    target = "vocmine_sentiment.analyzer:SentimentAnalyzer"


class TestTopic(_Analyzer):
    target = "vocmine_topic.analyzer:TopicAnalyzer"
    may_import = ("sklearn", "scipy", "pandas")  # it does nothing without scikit-learn


class TestTickets(SourceSuite):
    target = "vocmine_tickets.source:TicketSource"

    def exports(self, folder: Path) -> Mapping[Path, int]:
        rows = "".join(
            f"R-{n};2026-03-{n:02};{text}\n"
            for n, text in enumerate(
                ["Me cobraron dos veces la cuota.", "", "La app se cierra sola.", "Gracias."], 1
            )
        )
        table = folder / "pqrs.csv"
        table.write_text(f"Radicado;Fecha de radicación;Descripción\n{rows}", "utf-8")
        lines = folder / "pqrs.jsonl"
        lines.write_text('{"id": 1, "texto": "Nadie responde."}\n{"id": 2, "texto": "Bien."}\n')
        return {table: 4, lines: 2}


class TestReviews(SourceSuite):
    target = "vocmine_reviews.source:ReviewSource"

    def exports(self, folder: Path) -> Mapping[Path, int]:
        path = folder / "resenas.csv"
        path.write_text(
            "review_id,rating,review_text,date\n1,5,Excelente servicio y rápido,2026-03-01\n"
            "2,1,Llegó roto y nadie responde,2026-03-02\n3,4,,2026-03-03\n",
            "utf-8",
        )
        return {path: 3}


class TestEmail(SourceSuite):
    target = "vocmine_email.source:EmailSource"

    def exports(self, folder: Path) -> Mapping[Path, int]:
        path = folder / "buzon.mbox"
        path.unlink(missing_ok=True)
        box = mailbox.mbox(path)
        for number in (1, 2, 3):
            mail = EmailMessage()
            mail["From"] = f"cliente{number}@example.org"
            mail["To"] = "servicio@example.com"
            mail["Subject"] = f"Caso {number}"
            mail["Date"] = f"Mon, 0{number} Mar 2026 10:00:00 -0500"
            mail["Message-ID"] = f"<{number}@example.org>"
            mail.set_content(f"Llevo {number} semanas esperando respuesta y nadie contesta.\n")
            box.add(mail)
        box.close()
        return {path: 3}


class TestShippedEncoder(EncoderSuite):
    """The smaller model: the code is the same, and the suite takes a fifth of the time."""

    target = "vocmine.encoder:OnnxEncoder"
    long_text = 100_000

    def create(self) -> Any:
        return load_encoder("voc_fast_encoder")

    def recipe(self) -> Any:
        # Another process need not know this module, which is of no package.
        return partial(load_encoder, "voc_fast_encoder")
