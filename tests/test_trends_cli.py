"""`vocmine trends` and `vocmine changes`: what people and programs read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from made_stores import record, saved
from made_weeks import CALM, EACH, LAST, TODAY, WEEKS

Run = Callable[..., Any]


@pytest.fixture
def run(vocmine: Run, weeks: Path) -> Run:
    return lambda command, *rest: vocmine(command, "--db", weeks, *rest)


def test_the_table_shows_series_and_what_changed(run: Run) -> None:
    ran = run("trends")
    assert ran.code == 0
    assert "Mensajes negativos" in ran.out
    assert "Falla técnica (uso · aplicación)" in ran.out
    assert "Pico de falla técnica" in " ".join(ran.out.split())
    assert "Coincide con" not in ran.out


def test_changes_are_rows_with_the_codes_of_the_contract(run: Run) -> None:
    rows = run("changes", "--format", "jsonl").objects
    assert rows == run("trends", "--format", "jsonl").objects
    spike = next(row for row in rows if row["what"] == "friction")
    assert {"schema", "what", "period", "kind", "p_value", "value", "expected"} <= set(spike)
    assert {row["kind"] for row in rows} <= {"spike", "shift", "new", "gone", "drift"}


def test_a_lasting_change_and_a_vanished_point_have_codes_of_their_own() -> None:
    from vocmine.trends.listing import change_data
    from vocmine.trends.rows import Change

    codes = {
        kind: change_data(Change(kind, "friction", "a", "b", "c", "d", 0, 0, 0, 0))["kind"]
        for kind in ("spike", "level", "new", "vanished", "drift")
    }
    assert list(codes.values()) == ["spike", "shift", "new", "gone", "drift"]


def test_one_series_is_a_row_for_each_period(run: Run) -> None:
    rows = run("trends", "--series", "negative", "--format", "jsonl").objects
    assert len(rows) == WEEKS
    assert rows[-1] == {
        "schema": 1,
        "name": "negative",
        "period": LAST,
        "value": pytest.approx(rows[-1]["value"]),
        "messages": EACH,
    }
    table = run("trends", "--series", "negative", "--grain", "month").out
    assert "Ene 2025" in table
    assert "█" in table


def test_all_series_together(run: Run) -> None:
    rows = run("trends", "--series", "all", "--format", "jsonl").objects
    assert {"messages", "positive", "billing/use/billing"} <= {row["name"] for row in rows}


def test_a_series_that_does_not_exist_is_refused_with_those_that_do(run: Run) -> None:
    ran = run("trends", "--series", "ventas")
    assert ran.code == 2
    assert "no series 'ventas'" in ran.err
    assert "negative" in ran.err


def test_filters_choose_messages(run: Run) -> None:
    ran = run("trends", "--since", LAST, "--series", "messages", "--format", "jsonl")
    assert [row["value"] for row in ran.objects] == [EACH]


def test_events_stand_beside_changes_and_have_a_before_and_after(run: Run, tmp_path: Path) -> None:
    events = tmp_path / "fechas.csv"
    events.write_text(f"fecha;evento\n{LAST};Nueva versión\n10/03/2025;=Oferta\n", "utf-8")
    table = run("trends", "--events", events).out
    assert "Coincide con" in table
    assert "Nueva versión" in table
    rows = run("trends", "--events", events, "--effects", "--format", "jsonl").objects
    assert [(row["name"], row["day"]) for row in rows] == [
        ("=Oferta", "2025-03-10"),
        ("Nueva versión", LAST),
    ]
    assert rows[0]["messages_before"] == rows[0]["messages_after"] == 4 * EACH
    # A cell that could pass for a formula is none.
    csv = run("trends", "--events", events, "--effects", "--format", "csv").out
    assert "'=Oferta" in csv


def test_effects_need_events(run: Run) -> None:
    ran = run("trends", "--effects")
    assert ran.code == 2
    assert "--effects needs --events" in ran.err


def test_a_week_in_part_is_named(run: Run) -> None:
    ran = run("changes", "--until", (TODAY - timedelta(days=4)).isoformat())
    assert f"not tested: {LAST}" in ran.err


def test_nothing_changed_is_said(run: Run) -> None:
    ran = run("changes", "--until", CALM.isoformat())
    assert ran.out == "Nada cambió más de lo que es normal.\n"


def test_a_store_without_dates_says_what_to_do(vocmine: Run, tmp_path: Path) -> None:
    path = saved([record(1, created_at=None)], tmp_path / "sin.db")
    for command in (["trends"], ["changes"], ["trends", "--series", "all"]):
        ran = vocmine(*command, "--db", path)
        assert ran.code == 0
        assert "no traen fecha" in ran.err
    assert vocmine("watch", "--db", path, "--no-clock").code == 0


def test_few_periods_say_how_many_are_needed(run: Run) -> None:
    ran = run("trends", "--grain", "month")
    assert ran.code == 0
    assert "Hay 3 periodos completos; hacen falta 8" in ran.err


@pytest.mark.parametrize("command", ["trends", "changes", "watch"])
def test_the_examples_of_the_help_work_as_they_are_typed(
    vocmine: Run,
    weeks: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    monkeypatch.setenv("VOCMINE_DB", str(weeks))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fechas.csv").write_text("fecha,evento\n2025-03-10,Paro\n", "utf-8")
    epilog = getattr(import_module(f"vocmine.cli.{command}"), command).epilog
    lines = re.findall(rf"^  vocmine {command}\b(.*)$", epilog, re.MULTILINE)
    assert len(lines) >= 3
    for line in lines:
        typed = line.split(" > ")[0].replace("delay/delivery/delivery", "billing/use/billing")
        if "--webhook" not in typed:
            assert vocmine(command, *shlex.split(typed)).code in (0, 3), typed


def test_every_sentence_exists_in_every_language() -> None:
    from vocmine.trends.limits import LEVELS, SPIKES
    from vocmine.trends.rows import Change
    from vocmine.trends.wording import sentence

    kinds = [("spike", what, 1) for what in SPIKES if what not in ("score", "nps")]
    kinds += [("spike", what, -1) for what in ("score", "nps")]
    kinds += [("level", what, d) for what in LEVELS if what != "praise" for d in (1, -1)]
    kinds += [("new", "friction", 1), ("vanished", "friction", -1), ("drift", "praise", -1)]
    for kind, what, direction in kinds:
        change = Change(
            kind, what, "delay", "use", "app", LAST, 0.5 + direction * 0.1, 0.5, 12, 0.01
        )  # fmt: skip
        said = {sentence(change, lang) for lang in ("es", "pt", "en")}
        assert len(said) == 3, (kind, what)
        assert not any("{" in text for text in said)
