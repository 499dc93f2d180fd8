"""The zoo's own eyes: a difference is seen, and what is not looked at is not."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import Detection

sys.path[:0] = [str(Path(__file__).parent)]
from zoo.animals import Animal, Aside, AsideOrLost, Expected, Lost, Refused, Said  # noqa: E402
from zoo.looking import Seen, differences  # noqa: E402

MESSAGE = Message(
    "No llegó.\nNada.",
    external_id="R-1#q2",
    created_at=datetime(2025, 3, 4, 10, 12),
    title="Envío",
    channel="Página web",
    score=2.0,
    context="Lo sentimos.",
    extra={"nps": "3.0", "Ciudad": "Cali"},
)
AWARE = Message("Hola", created_at=datetime(2025, 3, 4, 15, 12, tzinfo=UTC))


def seen(*records: Record, errors: tuple[str, ...] = ()) -> Seen:
    found = Detection(0.9, "CSV UTF-8", "Its columns are those of Jira.", {"text": "Hechos"})
    return Seen(["tickets"], [found], list(records), list(errors))


def said_of(wanted: Expected, record: Record) -> str:
    animal = Animal("a.csv", lambda: b"", (wanted,))
    return "\n".join(differences(animal, seen(record)))


@pytest.mark.parametrize(
    ("wanted", "record"),
    [
        (Said("No llegó.\r\nNada."), MESSAGE),
        (
            Said("No llegó. Nada.", "R-1#*", "2025-03-04T10:12:00", 2.0, "página", flow=True),
            MESSAGE,
        ),
        (Said(MESSAGE.text, "X|R-1#q2", "2025-03-01|2025-03-04T10:12:00~-05:00"), MESSAGE),
        (Said(MESSAGE.text, context=("sentimos",), kept=("Cali", "Envío")), MESSAGE),
        (Said(MESSAGE.text, extra={"nps": "3", "Ciudad": "Cali"}), MESSAGE),
        (Said("Hola", "", "2025-03-04T15:12:00~+00:00", None, ""), AWARE),
        (Said("Hola", at="2025-03-04T10:12:00-05:00"), AWARE),
        (Aside("rating_only|empty_text", "R-*"), Skipped("empty_text", external_id="R-2")),
        (Lost("quote"), Unreadable("A quote is opened and never closed.")),
        (AsideOrLost(), Unreadable("null")),
    ],
)
def test_what_is_right_is_no_difference(wanted: Expected, record: Record) -> None:
    assert said_of(wanted, record) == ""


@pytest.mark.parametrize(
    ("wanted", "record", "word"),
    [
        (Said("No llegó."), MESSAGE, "+ Nada."),
        (Said(MESSAGE.text, "R-1"), MESSAGE, "id: expected R-1"),
        (Said(MESSAGE.text, at="2025-04-03T10:12:00"), MESSAGE, "date"),
        (Said("Hola", at="2025-03-04T15:12:00"), AWARE, "date"),
        (Said(MESSAGE.text, at=""), MESSAGE, "date"),
        (Said(MESSAGE.text, score=None), MESSAGE, "score"),
        (Said(MESSAGE.text, channel="App"), MESSAGE, "channel"),
        (Said(MESSAGE.text, channel=""), MESSAGE, "channel"),
        (Said("Hola", channel="Web"), AWARE, "channel"),
        (Said(MESSAGE.text, title=""), MESSAGE, "title"),
        (Said(MESSAGE.text, country="CO"), MESSAGE, "country"),
        (Said(MESSAGE.text, context=("Cali",)), MESSAGE, "'Cali' is not in the context"),
        (Said(MESSAGE.text, kept=("Pasto",)), MESSAGE, "'Pasto' is kept nowhere"),
        (Said(MESSAGE.text, absent=("nada",)), MESSAGE, "'nada' stands in the text"),
        (Said(MESSAGE.text, extra={"nps": "4"}), MESSAGE, "extra nps"),
        (Said(MESSAGE.text, extra={"csat": "4"}), MESSAGE, "extra csat"),
        (Said("Hola"), Skipped("empty_text"), "a message expected"),
        (Aside("bounce"), Skipped("empty_text"), "reason"),
        (Aside(), AWARE, "skipped () expected"),
        (Lost(), AWARE, "unreadable expected"),
        (AsideOrLost(), AWARE, "no message"),
    ],
)
def test_what_is_wrong_is_told(wanted: Expected, record: Record, word: str) -> None:
    assert word in said_of(wanted, record)


@pytest.mark.parametrize(
    ("expected", "found", "word"),
    [
        ({"records": (Said("Hola"), Said("Otra"))}, seen(AWARE), "record 2 is missing"),
        ({"records": ()}, seen(AWARE), "record 1 is too many"),
        ({"source": "reviews"}, seen(), "source: expected reviews, got tickets"),
        ({"named": ("Zendesk",)}, seen(), "'Zendesk' is not in the detection"),
        ({"encoding": "UTF-16LE"}, seen(), "encoding: expected UTF-16LE"),
        ({"mapping": {"text": "Relato"}}, seen(), "expected text from 'Relato', got 'Hechos'"),
        ({"warned": ("dd/mm",)}, seen(), "no warning says 'dd/mm'"),
        ({}, seen(errors=("It is empty.",)), "not expected: It is empty."),
        ({"refused": Refused(("empty",))}, seen(AWARE), "refused expected, got 1 records"),
        ({"refused": Refused(("empty",))}, seen(errors=("PNG",)), "'empty' is not in the error"),
        ({"ends_broken": True, "records": (Said("Hola"),)}, seen(AWARE), "nothing says so"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    expected: dict[str, Any], found: Seen, word: str
) -> None:
    assert word in "\n".join(differences(Animal("a.csv", lambda: b"", **expected), found))


@pytest.mark.parametrize(
    "found", [seen(AWARE, Unreadable("cut")), seen(AWARE, errors=("a.csv is cut short.",))]
)
def test_a_broken_end_may_be_a_record_or_an_error(found: Seen) -> None:
    animal = Animal("a.csv", lambda: b"", (Said("Hola"),), ends_broken=True)
    assert differences(animal, found) == []
