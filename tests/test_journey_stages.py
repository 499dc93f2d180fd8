"""The journey map: figures, touchpoints and who controls them, and moments that matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from made_frames import frame_with

from vocmine.catalogue import label_set
from vocmine.errors import UsageError
from vocmine.journey.control import OWNERS, load_control
from vocmine.journey.moments import LEAST, moments
from vocmine.journey.stages import journey_map
from vocmine.store.filters import Filter
from vocmine.store.frame import Frame, read_frame
from vocmine.store.reading import journey_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Q = tuple[str, int, str, str, str, str]
STAGES = label_set("stage").codes
EMOTIONS = label_set("emotion").codes


def said(stage: str, polarity: int = -1, touchpoint: str = "product") -> tuple[str, list[Q]]:
    quote = f"algo de {stage}"
    friction = "delay" if polarity < 0 else "none"
    return quote, [(quote, polarity, friction, stage, "utility", touchpoint)]


class TestFigures:
    def test_counts_are_those_of_the_store(self, bank: Any) -> None:
        stages = journey_map(bank, read_frame(bank, Filter()))
        known = journey_rows(bank, Filter())
        assert [row.stage for row in stages] == [row["stage"] for row in known]
        for mine, theirs in zip(stages, known, strict=True):
            for name in ("phase", "insights", "messages", "negative", "neutral", "positive"):
                assert getattr(mine, name) == theirs[name]
            if theirs["mean_polarity"] is not None:
                assert round(mine.mean_polarity or 0.0, 3) == theirs["mean_polarity"]

    def test_emotions_are_shares_of_the_messages_of_a_stage(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        text, quotes = said("use")
        records = [
            record(1, text=text, quotes=quotes, emotions=("anger", "fear")),
            record(2, text=text + " y más", quotes=quotes, emotions=("anger",)),
            record(3, text=text + " y nada", quotes=quotes),
        ]
        with build_store(records) as store:
            stage = at(store, "use")
        assert stage.emotions == {"anger": pytest.approx(2 / 3), "fear": pytest.approx(1 / 3)}
        assert stage.load == pytest.approx(2 / 3)
        assert stage.net == -1

    def test_without_emotions_the_load_is_unknown_and_not_zero(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        text, quotes = said("use")
        with build_store([record(1, text=text, quotes=quotes)]) as store:
            assert (at(store, "use").load, at(store, "use").emotions) == (None, {})

    def test_a_stage_nobody_speaks_of_has_no_balance(self, build_store: Callable[..., Any]) -> None:
        with build_store() as store:
            stage = at(store, "use")
        assert (stage.insights, stage.net, stage.mean_polarity, stage.touchpoints) == (
            *(0, None, None), (),
        )  # fmt: skip

    def test_touchpoints_come_most_used_first_with_their_owner(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        records = []
        for n, touchpoint in enumerate(("store", "delivery", "delivery", "unknown")):
            text, quotes = said("delivery", touchpoint=touchpoint)
            records.append(record(n, text=f"{text} {n}", quotes=quotes))
        with build_store(records) as store:
            uses = at(store, "delivery").touchpoints
        assert [(use.touchpoint, use.control, use.insights) for use in uses] == [
            ("delivery", "partner", 2),
            ("store", "brand", 1),
            ("unknown", "", 1),
        ]

    def test_handoffs_are_counted_by_messages(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        text = "me remiten a cartera. me remiten a ventas."
        quotes = [("me remiten a cartera", -1, "process", "support", "usability", "phone")]
        with build_store([record(1, text=text, quotes=quotes)]) as store:
            assert at(store, "support").handoffs == 1


def at(store: Any, stage: str) -> Any:
    stages = journey_map(store, read_frame(store, Filter()))
    return next(row for row in stages if row.stage == stage)


class TestControl:
    def test_every_touchpoint_but_the_unknown_has_one_of_four_owners(self) -> None:
        control = load_control()
        for stage in STAGES:
            for touchpoint in label_set("touchpoint").codes:
                owner = control.of(stage, touchpoint)
                assert owner in OWNERS if touchpoint != "unknown" else owner == ""

    def test_word_of_mouth_is_social_before_the_company_is_met(self) -> None:
        assert load_control().of("discovery", "chat") == "social"
        assert load_control().of("support", "chat") == "brand"

    def test_a_company_says_what_differs(self, tmp_path: Path) -> None:
        path = tmp_path / "control.toml"
        path.write_text('[touchpoint]\ndelivery = "brand"\nchat = "partner"\n')
        control = load_control(path)
        assert control.of("delivery", "delivery") == "brand"
        assert control.of("discovery", "chat") == "partner"
        assert control.of("use", "other") == "customer"

    def test_what_it_says_of_a_stage_holds_there_only(self, tmp_path: Path) -> None:
        path = tmp_path / "control.toml"
        path.write_text('[stage.use]\natm = "partner"\n')
        control = load_control(path)
        assert (control.of("use", "atm"), control.of("support", "atm")) == ("partner", "brand")

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ('[touchpoint]\ndelibery = "brand"', "delibery"),
            ('[touchpoint]\ndelivery = "nobody"', "nobody"),
            ('[stage.usage]\natm = "brand"', "usage"),
            ('[other]\natm = "brand"', "other"),
            ("touchpoint = 3", "touchpoint"),
            ("[touchpoint", "TOML"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, text: str, named: str) -> None:
        path = tmp_path / "control.toml"
        path.write_text(text)
        with pytest.raises(UsageError, match=named):
            load_control(path)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be read"):
            load_control(tmp_path / "no.toml")


def frame_of(
    stage: np.ndarray, polarity: np.ndarray, felt: dict[str, np.ndarray], score: np.ndarray
) -> Frame:
    """One insight for each message, at a stage, with emotions and a score."""
    n = len(stage)
    emotions = np.zeros((n, len(EMOTIONS)), dtype=np.bool_)
    for name, chosen in felt.items():
        emotions[:, EMOTIONS.index(name)] = chosen
    about = {"stage": stage, "polarity": polarity}
    return frame_with(n, np.arange(n), about, score=score, emotions=emotions)


def random_frame(seed: int, size: int = 600) -> Frame:
    """Messages where nothing sets a stage apart, but how many speak of it and how well."""
    rng = np.random.default_rng(seed)
    stage = rng.choice(7, size, p=[0.05, 0.05, 0.1, 0.2, 0.35, 0.2, 0.05])
    polarity = rng.choice([-2, -1, 1, 2], size, p=[0.4, 0.2, 0.2, 0.2])
    felt = {name: rng.random(size) < 0.25 for name in ("anger", "frustration", "joy", "trust")}
    score = rng.integers(1, 6, size).astype(np.float64)
    return frame_of(stage, polarity, felt, score)


class TestMoments:
    def test_noise_is_named_in_at_most_one_of_twenty_journeys(self) -> None:
        named = sum(bool(moments(random_frame(seed))) for seed in range(200))
        # 10 are expected at most; 17 would happen by chance once in fifty such tests.
        assert named <= 17

    def planted(self, *, seed: int = 1, scores: bool = True, emotions: bool = True) -> Frame:
        """Delivery hurts, in feelings and in the score; support delights."""
        rng = np.random.default_rng(seed)
        size = 900
        stage = rng.choice(7, size, p=[0.05, 0.05, 0.1, 0.2, 0.35, 0.2, 0.05])
        delivery, support = (stage == STAGES.index(name) for name in ("delivery", "support"))
        polarity = np.where(delivery, -2, np.where(support, 2, rng.choice([-1, 1], size)))
        likely = np.where(delivery, 0.7, 0.2)
        felt = {
            "anger": rng.random(size) < likely * emotions,
            "gratitude": rng.random(size) < np.where(support, 0.7, 0.2) * emotions,
        }
        mean = 3.2 - 1.2 * delivery + 0.9 * support
        score = np.clip(np.round(rng.normal(mean, 0.8)), 1, 5)
        return frame_of(stage, polarity, felt, score if scores else np.full(size, np.nan))

    def test_the_best_and_the_worst_are_named_with_what_shows_it(self) -> None:
        found = moments(self.planted())
        assert {stage: moment.kind for stage, moment in found.items()} == {
            "delivery": "pit",
            "support": "peak",
        }
        assert found["delivery"].why == ("load", "impact")

    def test_feelings_alone_name_them_and_so_do_scores_alone(self) -> None:
        for found, why in (
            (moments(self.planted(scores=False)), "load"),
            (moments(self.planted(emotions=False)), "impact"),
        ):
            assert found["delivery"].kind == "pit"
            assert found["delivery"].why == (why,)

    def test_neither_feelings_nor_scores_name_nothing(self) -> None:
        assert moments(self.planted(scores=False, emotions=False)) == {}

    def test_the_stage_of_most_messages_says_so(self) -> None:
        stage = np.repeat([STAGES.index("use"), STAGES.index("support")], [120, 60])
        polarity = np.where(stage == STAGES.index("use"), -1, 1)
        felt = {"anger": stage == STAGES.index("use")}
        found = moments(frame_of(stage, polarity, felt, np.full(180, np.nan)))
        assert found["use"].why == ("load", "volume")

    def test_too_few_messages_name_nothing_however_strong(self) -> None:
        few = LEAST - 1
        stage = np.repeat([STAGES.index("use"), STAGES.index("support")], [200, few])
        support = stage == STAGES.index("support")
        frame = frame_of(
            stage, np.where(support, -2, 1), {"anger": support}, np.where(support, 1.0, 5.0)
        )
        assert "support" not in moments(frame)

    def test_one_stage_alone_is_compared_with_nothing(self) -> None:
        stage = np.full(100, STAGES.index("use"))
        felt = {"anger": np.ones(100, dtype=np.bool_)}
        assert moments(frame_of(stage, np.full(100, -2), felt, np.full(100, 1.0))) == {}

    def test_anger_where_it_goes_well_is_no_pit(self) -> None:
        stage = np.repeat([STAGES.index("use"), STAGES.index("support")], [100, 100])
        felt = {"anger": stage == STAGES.index("use")}
        found = moments(frame_of(stage, np.full(200, 1), felt, np.full(200, np.nan)))
        assert not any(moment.kind == "pit" for moment in found.values())

    def test_an_empty_frame_names_nothing(self) -> None:
        empty = np.zeros(0)
        assert moments(frame_of(empty, empty, {}, empty)) == {}


class TestCommand:
    def test_rows_keep_their_keys_and_gain_feelings_and_moments(
        self, vocmine: Callable[..., Any], filled_store: Any
    ) -> None:
        rows = vocmine("journey", "--db", filled_store, "--format", "jsonl").objects
        old = {"phase", "stage", "insights", "messages", "negative", "neutral", "positive"}
        new = {"mean_polarity", "sentiment", "load", "emotions", "moment", "why", "handoffs"}
        assert set(rows[0]) == old | new
        use = next(row for row in rows if row["stage"] == "use")
        assert use["sentiment"] == -0.25
        assert 0 < use["load"] <= 1
        assert set(use["emotions"]) <= set(EMOTIONS)

    def test_csv_writes_emotions_in_one_cell(
        self, vocmine: Callable[..., Any], filled_store: Any
    ) -> None:
        out = vocmine("journey", "--db", filled_store, "--format", "csv").out
        assert "{" not in out
        assert "anger 0." in out

    def test_touchpoints_have_their_owner_by_code_and_by_name(
        self, vocmine: Callable[..., Any], filled_store: Any, tmp_path: Path
    ) -> None:
        asked = ("journey", "--touchpoints", "--db", filled_store)
        rows = vocmine(*asked, "--format", "jsonl").objects
        assert {row["control"] for row in rows} <= {*OWNERS, ""}
        assert "la marca" in vocmine(*asked).out
        own = tmp_path / "control.toml"
        own.write_text(
            "[touchpoint]\n"
            + "".join(f'{code} = "customer"\n' for code in label_set("touchpoint").codes)
        )
        changed = vocmine(*asked, "--control", own, "--format", "jsonl").objects
        assert {row["control"] for row in changed} == {"customer"}

    def test_handoffs_of_a_store_without_any_are_said_to_be_none(
        self, vocmine: Callable[..., Any], filled_store: Any
    ) -> None:
        ran = vocmine("journey", "--handoffs", "--db", filled_store)
        assert ran.code == 0
        assert "No message tells of being passed on" in ran.err

    def test_two_tables_at_once_are_wrong_usage(
        self, vocmine: Callable[..., Any], filled_store: Any
    ) -> None:
        ran = vocmine("journey", "--handoffs", "--touchpoints", "--db", filled_store)
        assert ran.code == 2
        assert "one at a time" in ran.err

    def test_a_wrong_control_file_is_wrong_usage(
        self, vocmine: Callable[..., Any], filled_store: Any
    ) -> None:
        ran = vocmine("journey", "--touchpoints", "--control", "no.toml", "--db", filled_store)
        assert ran.code == 2
        assert "no.toml" in ran.err
