"""The pyramid as a verdict: what is met, what is missed, a top that shines over a failing base."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.catalogue import label_set
from vocmine.journey.judging import ENOUGH, effort_at_the_top, judged
from vocmine.journey.levels import pyramid_levels
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame
from vocmine.store.listing import level_rows
from vocmine.verdict import pyramid_verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from vocmine.journey.rows import LevelFigures

LEVELS = ("utility", "usability", "enjoyable")
GOOD, BAD, FEW, EVEN = (80, 20), (20, 80), (1, 1), (10, 10)


def pyramid(*counts: tuple[int, int], stage: str = "") -> list[LevelFigures]:
    return [
        judged(level, stage, met, missed)
        for level, (met, missed) in zip(LEVELS, counts, strict=True)
    ]


class TestJudged:
    @pytest.mark.parametrize(
        ("met", "missed", "verdict"),
        [(80, 20, "met"), (20, 80, "missed"), (6, 4, "unclear"), (3, 1, "few"), (0, 0, "few")],
    )
    def test_a_verdict_needs_an_interval_on_one_side_of_a_half(
        self, met: int, missed: int, verdict: str
    ) -> None:
        assert judged("utility", "", met, missed).verdict == verdict

    def test_without_opinions_there_is_no_share(self) -> None:
        row = judged("utility", "", 0, 0)
        assert (row.share_met, row.low, row.high) == (None, None, None)

    @given(st.integers(0, 400), st.integers(0, 400))
    def test_praise_and_complaint_are_mirror_images(self, met: int, missed: int) -> None:
        other = {"met": "missed", "missed": "met"}
        here, there = judged("utility", "", met, missed), judged("utility", "", missed, met)
        assert there.verdict == other.get(here.verdict, here.verdict)

    @given(st.integers(0, ENOUGH - 1))
    def test_fewer_than_enough_opinions_never_get_a_verdict(self, met: int) -> None:
        assert judged("utility", "", met, ENOUGH - 1 - met).verdict == "few"


class TestEffortAtTheTop:
    def test_a_base_failing_under_a_delightful_top_is_found(self) -> None:
        effort = effort_at_the_top(pyramid((200, 300), EVEN, (270, 30)))
        assert effort.case == "top_heavy"
        assert effort.failing is not None
        assert effort.shining is not None
        assert (effort.failing.level, effort.shining.level) == ("utility", "enjoyable")
        assert effort.praise == pytest.approx(270 / 480)
        assert effort.complaints == pytest.approx(300 / 340)

    def test_the_middle_may_fail_under_the_top_too(self) -> None:
        effort = effort_at_the_top(pyramid(GOOD, BAD, GOOD))
        assert effort.case == "top_heavy"
        assert effort.failing is not None
        assert effort.failing.level == "usability"

    def test_a_failing_base_under_a_failing_top_is_a_gap(self) -> None:
        effort = effort_at_the_top(pyramid(BAD, BAD, BAD))
        assert (effort.case, effort.shining, effort.praise) == ("gap", None, None)

    def test_a_failing_top_on_a_sound_base_is_a_gap_above(self) -> None:
        effort = effort_at_the_top(pyramid(GOOD, GOOD, BAD))
        assert effort.case == "gap"
        assert effort.failing is not None
        assert effort.failing.level == "enjoyable"

    def test_what_is_met_from_the_base_up_stands(self) -> None:
        assert effort_at_the_top(pyramid(GOOD, GOOD, FEW)).case == "stands"

    def test_nothing_stands_on_a_base_that_few_speak_of(self) -> None:
        assert effort_at_the_top(pyramid(FEW, GOOD, GOOD)).case == "unclear"

    def test_few_opinions_and_spanning_intervals_say_so(self) -> None:
        assert effort_at_the_top(pyramid(FEW, FEW, FEW)).case == "few"
        assert effort_at_the_top(pyramid(EVEN, GOOD, GOOD)).case == "unclear"
        assert effort_at_the_top([]).case == "few"

    def test_a_few_praises_at_the_top_do_not_make_it_shine(self) -> None:
        assert effort_at_the_top(pyramid(BAD, FEW, (3, 0))).case == "gap"

    def test_a_stage_is_judged_by_its_own_opinions(self) -> None:
        rows = [*pyramid(GOOD, GOOD, GOOD), *pyramid(BAD, FEW, GOOD, stage="delivery")]
        assert effort_at_the_top(rows).case == "stands"
        assert effort_at_the_top(rows, "delivery").case == "top_heavy"

    @given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=3, max_size=3))
    def test_top_heavy_always_means_a_missed_level_below_a_met_one(
        self, counts: list[tuple[int, int]]
    ) -> None:
        rows = pyramid(*counts)
        verdicts = [row.verdict for row in rows]
        heavy = any(
            low == "missed" and high == "met" and i < j
            for (i, low), (j, high) in product(enumerate(verdicts), repeat=2)
        )
        assert (effort_at_the_top(rows).case == "top_heavy") == heavy


class TestLevels:
    def test_are_those_of_the_store_in_all(self, bank: Any) -> None:
        levels = pyramid_levels(read_frame(bank, Filter()))
        whole = [(row.level, row.met, row.missed) for row in levels if not row.stage]
        assert whole == [
            (row["level"], row["met"], row["missed"]) for row in level_rows(bank, Filter())
        ]

    def test_of_the_stages_add_up_to_all_but_the_unknown_ones(self, bank: Any) -> None:
        levels = pyramid_levels(read_frame(bank, Filter()))
        stages = [code for code in label_set("stage").codes if code != "unknown"]
        assert [row.stage for row in levels[3:]] == [code for code in stages for _ in LEVELS]
        unknown = bank.conn.execute(
            "SELECT pyramid, sum(polarity > 0), sum(polarity < 0) FROM insights "
            "WHERE stage = 'unknown' GROUP BY pyramid"
        ).fetchall()
        for level in LEVELS:
            apart = next((row[1:] for row in unknown if row[0] == level), (0, 0))
            own = [row for row in levels if row.level == level]
            assert sum(row.met for row in own[1:]) + apart[0] == own[0].met
            assert sum(row.missed for row in own[1:]) + apart[1] == own[0].missed

    def test_an_empty_store_gives_every_level_with_nothing(
        self, build_store: Callable[..., Any]
    ) -> None:
        with build_store() as store:
            levels = pyramid_levels(read_frame(store, Filter()))
        assert {(row.met, row.missed, row.verdict) for row in levels} == {(0, 0, "few")}

    def test_insights_that_were_not_judged_are_no_opinions(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        with build_store([record(1)], analyzers=("friction",)) as store:
            levels = pyramid_levels(read_frame(store, Filter()))
        assert all(row.met + row.missed == 0 for row in levels)


class TestSentences:
    def rows(self, *counts: tuple[int, int]) -> list[dict[str, Any]]:
        return [
            {"level": level, "met": met, "missed": missed}
            for level, (met, missed) in zip(LEVELS, counts, strict=True)
        ]

    @pytest.mark.parametrize(
        ("lang", "sentence"),
        [
            ("es", "Arriba sí se cumple: disfrute, en 90 % de 300 opiniones y con 55 % de los"),
            ("pt", "Em cima sim se cumpre: prazer, em 90% de 300 opiniões e com 55% dos"),
            ("en", "The top is met: enjoyable, in 90% of 300 opinions and with 55% of the"),
        ],
    )
    def test_a_top_over_a_failing_base_is_said_with_figures(self, lang: str, sentence: str) -> None:
        assert sentence in pyramid_verdict(self.rows((200, 300), (20, 20), (270, 30)), lang)

    def test_a_top_that_does_not_surely_shine_is_not_said_to(self) -> None:
        assert "Arriba sí" not in pyramid_verdict(self.rows((200, 300), (20, 20), (6, 4)))

    def test_what_is_not_certain_is_named_with_its_interval(self) -> None:
        verdict = pyramid_verdict(self.rows((5, 5), (9, 0), (9, 0)))
        assert "Todavía no es claro (intervalo del 95 %): utilidad, entre 24 y 76 %" in verdict

    def test_what_is_certain_needs_no_such_words(self) -> None:
        assert "no es claro" not in pyramid_verdict(self.rows(GOOD, GOOD, GOOD))


class TestCommand:
    def test_judges_each_level_at_each_stage_that_has_opinions(
        self, vocmine: Callable[..., Any], filled_store: Any
    ) -> None:
        rows = vocmine("pyramid", "--stages", "--db", filled_store, "--format", "jsonl").objects
        assert rows
        assert all(row["met"] + row["missed"] for row in rows)
        assert list(rows[0]) == [
            *("stage", "level", "met", "missed", "share_met", "low", "high", "verdict")
        ]
        table = vocmine("pyramid", "--stages", "--db", filled_store)
        assert "pocas opiniones" in table.out
        assert table.code == 0

    def test_data_have_verdicts_and_keep_their_keys(
        self, vocmine: Callable[..., Any], filled_store: Any
    ) -> None:
        rows = vocmine("pyramid", "--db", filled_store, "--format", "jsonl").objects
        assert [row["verdict"] for row in rows] == ["missed", "few", "few"]
        old = {"level", "insights", "messages", "met", "missed", "share_met", "mean_polarity"}
        assert old | {"low", "high", "verdict"} == set(rows[0])

    def test_splits_stages_by_a_column(
        self, vocmine: Callable[..., Any], filled_store: Any
    ) -> None:
        rows = vocmine(
            *("pyramid", "--stages", "--by", "channel", "--db", filled_store, "--format", "jsonl")
        ).objects
        assert {row["value"] for row in rows} >= {"web"}
