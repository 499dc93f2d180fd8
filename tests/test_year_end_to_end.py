"""An export of the synthetic year through the whole product: files in, models run, decisions out.

Unlike in `test_truths`, nobody writes the labels: every twenty-first message is read from a CSV
and labelled by the models, so what is asked is what survives their errors.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent)]
from synthetic_year import POINTS, says, write_csv  # noqa: E402

EVERY = 21
PLANTED = [point for point in POINTS if point.friction != "none"]


@pytest.fixture(scope="module")
def rows(year):
    return year.records[::EVERY]


@pytest.fixture(scope="module")
def analysed(rows, tmp_path_factory):
    """Path of a store that `vocmine analyze` made of the export."""
    from vocmine.cli import main

    folder = tmp_path_factory.mktemp("export")
    write_csv(rows, folder / "quejas.csv")
    with pytest.raises(SystemExit) as stopped:
        main(["analyze", str(folder / "quejas.csv"), "--db", str(folder / "v.db"), "--quiet"])
    assert not stopped.value.code
    return folder / "v.db"


@pytest.fixture
def told(vocmine, analysed):
    """What a command says of the store, as JSON."""

    def run(command, *options):
        ran = vocmine(command, "--db", analysed, "--format", "json", *options)
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    return run


def test_every_message_is_read_with_its_answers(rows, analysed):
    with contextlib.closing(sqlite3.connect(analysed)) as conn:
        found = {
            key: (nps, score, city)
            for key, nps, score, city in conn.execute(
                "SELECT external_id, extra ->> 'nps', score, extra ->> 'Ciudad' FROM messages "
                "WHERE skip_reason IS NULL"
            )
        }
    assert found == {
        row["external_id"]: (row["extra"].get("nps"), row["score"], row["extra"]["Ciudad"])
        for row in rows
    }


def test_the_models_see_most_of_what_was_planted(rows, analysed):
    with contextlib.closing(sqlite3.connect(analysed)) as conn:
        seen = set(
            conn.execute(
                "SELECT m.external_id, i.friction FROM insights AS i "
                "JOIN messages AS m ON m.id = i.message_id WHERE i.polarity < 0"
            )
        )
    planted = {
        (row["external_id"], point.friction)
        for row in rows
        for point in PLANTED
        if says(row, point)
    }
    assert len(planted & seen) > 0.7 * len(planted)


def test_the_costly_point_is_among_the_first_though_the_harmless_one_is_more_frequent(
    year, rows, told
):
    costly, harmless = year.truths.costly.friction, year.truths.harmless.friction
    points = told("friction", "--limit", "0")
    by_kind = {kind: [p for p in points if p["friction"] == kind] for kind in (costly, harmless)}
    messages = {kind: sum(p["messages"] for p in found) for kind, found in by_kind.items()}
    assert messages[harmless] > messages[costly]
    ranks = {kind: min(p["rank"] for p in found) for kind, found in by_kind.items()}
    assert ranks[costly] <= 3
    assert ranks[costly] < ranks[harmless]


def test_its_quotes_are_the_customers_words_and_its_impact_is_on_nps(year, rows, told):
    texts = {row["text"].lower() for row in rows}
    point = next(p for p in told("friction") if p["friction"] == year.truths.costly.friction)
    assert point["quotes"]
    for quote in point["quotes"]:
        assert any(quote.lower() in text for text in texts), quote
    assert point["impact_on"] == "nps"
    assert point["impact"] < -30


def test_support_is_where_it_hurts_and_the_base_fails_under_a_delightful_top(told):
    stages = {row["stage"]: row for row in told("journey")}
    assert max(stages.values(), key=lambda row: row["negative"])["stage"] == "support"
    levels = {row["level"]: row for row in told("pyramid")}
    assert levels["utility"]["missed"] > 2 * levels["utility"]["met"]
    assert levels["enjoyable"]["met"] > 2 * levels["enjoyable"]["missed"]


def test_the_report_says_it_on_one_page(vocmine, analysed, tmp_path):
    ran = vocmine("report", "--db", analysed, "--no-why", "-o", tmp_path / "informe.html")
    assert ran.code == 0, ran.err
    page = (tmp_path / "informe.html").read_text("utf-8")
    assert "Reembolso o devolución" in page
    assert len(page.encode()) < 3_000_000
