"""Filters: what they choose, and how a value or a period that chooses nothing is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from vocmine.cli.selection import check_stored
from vocmine.errors import UsageError
from vocmine.store import Store

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., Any]


class TestThePeriod:
    @pytest.mark.parametrize("name", ["insights", "friction", "journey", "pyramid", "topics"])
    def test_a_period_without_messages_says_when_there_are_some(
        self, vocmine: Run, filled_store: Path, name: str
    ) -> None:
        ran = vocmine(name, "--db", filled_store, "--since", "2090-01-01")
        assert ran.code == 0
        assert "falls in this period; the store's go from 2026-01-05 to 2026-03" in ran.err

    def test_a_period_without_days_is_refused(self, vocmine: Run, filled_store: Path) -> None:
        asked = ("--since", "2026-02-01", "--until", "2026-02-01")
        ran = vocmine("insights", "--db", filled_store, *asked)
        assert ran.code == 2
        assert "--until is the first day left out" in ran.err


class TestTopics:
    def test_are_those_of_the_messages_that_pass_the_filters(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        asked = ("topics", "--db", filled_store, "--format", "jsonl", "--friction", "billing")
        (topic,) = vocmine(*asked, "--since", "2026-01-06").objects
        assert (topic["label"], topic["messages"], topic["segments"]) == ("cuota de manejo", 2, 2)
        assert "cobraron dos veces la cuota de manejo" not in topic["quotes"]
        ran = vocmine("topics", "--db", filled_store, "--friction", "refund")
        assert ran.err.startswith("No topic matches.")

    def test_are_exported_as_the_command_prints_them(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "t.jsonl"
        asked = ("--what", "topics", "--friction", "billing", "--db", filled_store)
        ran = vocmine("export", out, *asked)
        (topic,) = (json.loads(line) for line in out.read_text("utf-8").splitlines())
        assert (topic["label"], topic["messages"]) == ("cuota de manejo", 3)
        assert ran.err.strip() == "1 topic"


class TestStoredValues:
    @pytest.mark.parametrize(
        ("option", "value", "there_is"),
        [
            ("source", "nada", "'banco.csv'"),
            ("channel", "nada", "'web'"),
            ("country", "ZZ", "'CO'"),
        ],
    )
    def test_one_that_the_store_lacks_is_refused_with_those_it_has(
        self, filled_store: Path, option: str, value: str, there_is: str
    ) -> None:
        with Store(filled_store) as store, pytest.raises(UsageError, match=there_is):
            check_stored(store, **{option: value})

    def test_those_it_has_and_none_at_all_pass(self, filled_store: Path) -> None:
        with Store(filled_store) as store:
            check_stored(store, source="banco.csv", channel="web", country="CO")
            check_stored(store, source="", channel="", country="")


@pytest.mark.parametrize(("option", "value"), [("--channel", "nada"), ("--country", "ZZ")])
def test_a_report_of_what_the_store_does_not_have_is_refused(
    vocmine: Run, filled_store: Path, tmp_path: Path, option: str, value: str
) -> None:
    out = tmp_path / "r.html"
    ran = vocmine("report", "-o", out, "--db", filled_store, option, value)
    assert ran.code == 2
    assert value in ran.err
    assert not out.exists()
