"""The summary that `analyze` prints: it claims only what was analysed, and leads on from there."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from vocmine.cli.options import store_option
from vocmine.cli.summary import print_summary
from vocmine.outcome import Outcome
from vocmine.store import Store
from vocmine.store.reading import Filter, all_message_ids, friction_rows


@pytest.fixture
def store(filled_store: Path) -> Iterator[Store]:
    with Store(filled_store) as store:
        yield store


def summary(store: Store, capsys: pytest.CaptureFixture[str], lang: str = "es") -> str:
    outcome = Outcome(1, inputs=["banco.csv"], message_ids=array("q", all_message_ids(store)))
    print_summary(store, outcome, lang=lang, db="voz.db")
    return capsys.readouterr().out


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_the_next_command_is_about_the_first_obstacle(
    store: Store, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    store.conn.execute("UPDATE insights SET friction = 'outage' WHERE friction <> 'none'")
    assert "vocmine insights --friction outage --db voz.db · " in summary(store, capsys, lang)


def test_without_an_obstacle_there_is_none_to_look_up(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.conn.execute("UPDATE insights SET friction = 'none'")
    assert "Siguiente: vocmine report --db voz.db · vocmine export" in summary(store, capsys)


@pytest.mark.parametrize(
    ("missing", "told"),
    [((), True), (("segment_polarity",), False), (("segment_friction",), False)],
)
def test_no_obstacle_is_only_told_by_who_looked_for_one(
    store: Store, capsys: pytest.CaptureFixture[str], missing: tuple[str, ...], told: bool
) -> None:
    store.conn.execute("UPDATE insights SET friction = 'none'")
    for table in missing:
        store.conn.execute(f"DROP TABLE {table}")
    assert ("No se encontraron puntos de fricción." in summary(store, capsys)) == told


def test_the_quote_of_an_obstacle_is_a_negative_one_of_it(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    (praised,) = store.conn.execute(
        "SELECT quote FROM insights WHERE polarity > 0 LIMIT 1"
    ).fetchone()
    store.conn.execute(
        "UPDATE insights SET friction = 'billing', stage = 'use', touchpoint = 'billing', "
        "confidence = CASE WHEN polarity > 0 THEN 1.0 ELSE 0.5 END"
    )
    assert praised[:20] not in summary(store, capsys)


def test_the_quote_is_of_a_message_that_is_negative_as_a_whole_if_there_is_one(
    store: Store,
) -> None:
    def quote() -> str:
        rows = friction_rows(store, Filter())
        return next(str(row["quote"]) for row in rows if row["friction"] == "billing")

    store.conn.execute("UPDATE insights SET confidence = 0.5 + 0.4 * (message_id = 1)")
    assert quote() == "cobraron dos veces la cuota de manejo"
    store.conn.execute("UPDATE sentiment SET sentiment = 'positive' WHERE message_id = 1")
    assert quote() == "cobraron un seguro que no pedí"
    store.conn.execute("DROP TABLE sentiment")
    assert quote() == "cobraron dos veces la cuota de manejo"


def test_the_usual_store_need_not_be_named() -> None:
    assert store_option("vocmine.db") == ""
    assert store_option("mis datos/voz.db") == " --db 'mis datos/voz.db'"
