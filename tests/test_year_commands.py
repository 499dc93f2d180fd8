"""The commands of the decisions tell the truths of the synthetic year in their documented keys."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent)]
from synthetic_year import TODAY, week_start, write_events  # noqa: E402

KEYS = {
    "friction": "friction stage touchpoint messages share impact impact_low impact_high impact_on "
    "trend owner quotes",
    "journey": "stage phase messages sentiment emotions",
    "pyramid": "level met missed verdict",
    "pqrs": "external_id kind received due answered status business_days_left rule verified",
    "changes": "what period kind p_value",
}
"""Of every command, those that are promised to programs."""


@pytest.fixture(scope="module")
def stored(year_store, tmp_path_factory):
    path = tmp_path_factory.mktemp("stored") / "year.db"
    year_store.conn.execute("VACUUM INTO ?", [str(path)])
    return path


@pytest.fixture
def told(vocmine, stored):
    def run(command, *options):
        ran = vocmine(command, "--db", stored, "--format", "jsonl", *options)
        assert ran.code == 0, ran.err
        return ran.objects

    return run


@pytest.mark.parametrize("command", KEYS)
def test_every_row_has_the_promised_keys(told, command):
    rows = told(command)
    assert rows
    for row in rows:
        assert set(KEYS[command].split()) <= set(row)


def test_friction_begins_with_what_costs_most(told, year):
    first = told("friction", "--limit", "1")[0]
    costly = year.truths.costly
    assert [first[key] for key in ("friction", "stage", "touchpoint")] == costly.name.split("/")
    assert first["impact_low"] <= costly.nps <= first["impact_high"]
    assert (first["impact_on"], len(first["quotes"])) == ("nps", 3)


def test_changes_tell_the_spike_and_the_new_point(told, year, tmp_path):
    write_events(tmp_path / "eventos.csv")
    rows = told("changes", "--events", tmp_path / "eventos.csv")
    found = {(row["kind"], row["period"]) for row in rows}
    assert {("spike", week_start(31)), ("new", week_start(40))} <= found
    assert all(0 < row["p_value"] <= 0.05 for row in rows)
    assert year.truths.event[0] in {row.get("event") for row in rows}


def test_pyramid_gives_its_verdict(told):
    verdicts = {row["level"]: row["verdict"] for row in told("pyramid") if not row.get("stage")}
    assert verdicts["utility"] == "missed"
    assert verdicts["enjoyable"] == "met"


def test_the_clock_stands_where_it_is_told_to(told, year):
    how = ("--country", "CO", "--regime", "general", "--today", TODAY, "--limit", "0")
    rows = {row["external_id"]: row for row in told("pqrs", *how)}
    for case in year.truths.cases:
        row = rows[case.external_id]
        assert (row["due"][:10], row["status"]) == (case.due, case.state)
        assert row["answered"] in ("", None)
    overdue = {key for key, row in rows.items() if row["status"] == "red"}
    assert year.truths.overdue <= overdue
