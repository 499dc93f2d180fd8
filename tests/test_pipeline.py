"""The pipeline isolates what fails: a poison message costs itself, a broken plugin itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import pytest

from vocmine.batch import Batch
from vocmine.compatibility import VocmineDeprecationWarning
from vocmine.errors import PluginError
from vocmine.models import load_encoder, load_heads
from vocmine.opened import OpenAnalyzer, open_analyzers
from vocmine.pipeline import INSIGHT, Pipeline, Work
from vocmine.plugin import Context, Option
from vocmine.plugins import Plugins, Registered, load_plugins
from vocmine.tables import Column, Table


@pytest.fixture(scope="module")
def encoder():
    return load_encoder()


@pytest.fixture(scope="module")
def heads():
    return load_heads()


class Lengths:
    """A message-level analyzer that can be told to fail on a word."""

    version = "1"
    requires = ("texts",)
    outputs = (
        Table("lengths", "message", (Column("characters", "integer"),)),
        Table("letters", "segment", (Column("first", "text"),), many=True),
    )

    def __init__(self, poison: str = "") -> None:
        self.poison = poison
        self.sizes: list[int] = []

    def open(self, context: Context) -> None: ...

    def analyze(self, batch: Batch) -> Any:
        self.sizes.append(len(batch))
        if self.poison and any(self.poison in text for text in batch.texts):
            raise ValueError(f"cannot read {self.poison}")
        return {
            "lengths": {"characters": [len(text) for text in batch.texts]},
            "letters": {
                "row": list(range(len(batch.segment_message))),
                "first": [text[0] for text in batch.segment_texts],
            },
        }


class Liar(Lengths):
    """Promises one row per message and returns none."""

    outputs = (Table("lies", "message", (Column("n", "integer"),)),)

    def analyze(self, batch: Batch) -> Any:
        self.sizes.append(len(batch))
        return {"lies": {"n": []}}


def opened(name: str, analyzer: Any) -> OpenAnalyzer:
    where = Registered("analyzer", name, type(analyzer), "", name, f"vocmine-{name}", "1.0")
    return OpenAnalyzer(name, where, analyzer)


def work(texts: Sequence[str]) -> Work:
    count = len(texts)
    return Work(
        message_ids=np.arange(100, 100 + count, dtype=np.int64),
        texts=list(texts),
        langs=["es"] * count,
        countries=["CO"] * count,
        channels=[""] * count,
        scores=np.full(count, np.nan, np.float32),
        created_at=[None] * count,
    )


TEXTS = [
    "El pedido llegó tarde pero el domiciliario fue muy amable.",
    "Me cobraron dos veces la misma factura y nadie responde.",
    "Excelente servicio, todo rápido.",
    "No puedo entrar a la aplicación desde ayer.",
    "¿A qué hora abren los sábados?",
]


def test_columns_of_every_message_and_segment_come_back(encoder, heads) -> None:
    analysis = Pipeline(encoder, heads, [opened("lengths", Lengths())]).process(work(TEXTS))
    assert analysis.tables["lengths"].columns["characters"] == [len(text) for text in TEXTS]
    assert analysis.covered["lengths"].tolist() == [0, 1, 2, 3, 4]
    assert analysis.covered[INSIGHT].tolist() == [0, 1, 2, 3, 4]
    assert analysis.failures == []


def test_a_poison_message_is_found_by_halving_and_its_neighbours_are_kept(encoder, heads) -> None:
    texts = [*TEXTS[:3], "veneno en este mensaje", *TEXTS[3:]]
    poisoned = Lengths("veneno")
    analysis = Pipeline(encoder, heads, [opened("lengths", poisoned)]).process(work(texts))
    assert [(f.analyzer, f.message) for f in analysis.failures] == [("lengths", 3)]
    assert "ValueError: cannot read veneno" in analysis.failures[0].error
    assert "Traceback" in analysis.failures[0].traceback
    assert analysis.covered["lengths"].tolist() == [0, 1, 2, 4, 5]
    assert analysis.tables["lengths"].row.tolist() == [0, 1, 2, 4, 5]
    assert analysis.tables["lengths"].columns["characters"] == [
        len(text) for text in texts if "veneno" not in text
    ]


def test_segment_rows_still_point_at_their_own_segments_after_halving(encoder, heads) -> None:
    texts = ["veneno aquí", *TEXTS]
    analysis = Pipeline(encoder, heads, [opened("lengths", Lengths("veneno"))]).process(work(texts))
    rows = analysis.tables["letters"]
    for row, letter in zip(rows.row.tolist(), rows.columns["first"], strict=True):
        assert analysis.segment_texts[row][0] == letter
    missing = set(range(len(analysis.segment_texts))) - set(rows.row.tolist())
    assert {int(analysis.segment_message[row]) for row in missing} == {0}


def test_another_analyzer_does_not_notice(encoder, heads) -> None:
    poisoned, well = opened("bad", Lengths(TEXTS[0][:9])), opened("good", Lengths())
    analysis = Pipeline(encoder, heads, [poisoned, well]).process(work(TEXTS))
    assert analysis.covered["bad"].tolist() == [1, 2, 3, 4]
    assert analysis.covered["good"].tolist() == [0, 1, 2, 3, 4]


def test_a_broken_promise_switches_the_analyzer_off_without_halving(encoder, heads) -> None:
    liar = Liar()
    pipeline = Pipeline(encoder, heads, [opened("liar", liar)])
    first, second = pipeline.process(work(TEXTS)), pipeline.process(work(TEXTS))
    assert liar.sizes == [5]
    assert [failure.message for failure in first.failures] == [-1]
    assert "'lies.n' expects 5 values, got 0" in first.failures[0].error
    assert "vocmine-liar 1.0" in first.failures[0].error
    assert first.covered["liar"].tolist() == []
    assert second.failures == []


def test_an_analyzer_that_fails_on_a_whole_big_batch_is_switched_off(encoder, heads) -> None:
    hopeless = Lengths("e")
    pipeline = Pipeline(encoder, heads, [opened("hopeless", hopeless)])
    texts = [f"{text} ({number})" for number in range(4) for text in TEXTS]
    failures = pipeline.process(work(texts)).failures
    assert [failure.message for failure in failures] == [*range(20), -1]
    assert "'hopeless'" in failures[-1].error
    assert "failed on all 20 messages of a batch" in failures[-1].error
    calls = len(hopeless.sizes)
    pipeline.process(work(texts))
    assert len(hopeless.sizes) == calls


def test_a_small_batch_that_fails_whole_does_not_condemn_the_analyzer(encoder, heads) -> None:
    pipeline = Pipeline(encoder, heads, [opened("lengths", Lengths("veneno"))])
    pipeline.process(work(["veneno"]))
    assert pipeline.process(work(TEXTS)).covered["lengths"].tolist() == [0, 1, 2, 3, 4]


def test_fail_fast_raises_the_plugins_own_exception(encoder, heads) -> None:
    pipeline = Pipeline(encoder, heads, [opened("bad", Lengths("pedido"))], fail_fast=True)
    with pytest.raises(ValueError, match="cannot read pedido"):
        pipeline.process(work(TEXTS))


@pytest.fixture(scope="module")
def analysis(encoder, heads):
    """Five messages, seen by the real sentiment and friction analyzers."""
    context = Context(heads)
    analyzers, errors = open_analyzers(load_plugins(), ["sentiment", "friction"], context, {})
    assert errors == []
    return Pipeline(encoder, heads, analyzers).process(work(TEXTS))


class TestInsights:
    def test_every_span_lies_inside_its_message(self, analysis) -> None:
        rows = analysis.tables["insights"]
        owners = analysis.segment_message[rows.row].tolist()
        assert owners
        for owner, start, end in zip(
            owners, rows.columns["start"], rows.columns["end"], strict=True
        ):
            assert 0 <= start < end <= len(TEXTS[owner])
            assert TEXTS[owner][start:end] == TEXTS[owner][start:end].strip()

    def test_a_complaint_and_a_praise_in_one_message_part_ways(self, analysis) -> None:
        rows = analysis.tables["insights"]
        owners = analysis.segment_message[rows.row].tolist()
        first = [p for o, p in zip(owners, rows.columns["polarity"], strict=True) if o == 0]
        assert min(first) < 0 < max(first)

    def test_friction_goes_with_polarity(self, analysis) -> None:
        rows = analysis.tables["insights"].columns
        for polarity, friction in zip(rows["polarity"], rows["friction"], strict=True):
            assert (friction == "none") == (polarity >= 0)

    def test_without_sentiment_and_friction_those_labels_are_empty(self, encoder, heads) -> None:
        analysis = Pipeline(encoder, heads, [opened("lengths", Lengths())]).process(work(TEXTS))
        rows = analysis.tables["insights"].columns
        assert set(rows["polarity"]) == {None}
        assert set(rows["friction"]) == {None}
        assert None not in rows["stage"]


class TestOpening:
    def register(self, plugins: Plugins, name: str, target: type) -> None:
        plugins.registered["analyzer"][name] = Registered(
            "analyzer", name, target, "", name, f"vocmine-{name}", "1.0"
        )

    def test_one_that_cannot_open_is_an_error_and_the_rest_open(self, heads) -> None:
        class Needy(Lengths):
            outputs = (Table("needy", "message", (Column("n", "integer"),)),)

            def open(self, context: Context) -> None:
                raise FileNotFoundError("dictionary.txt")

        plugins = load_plugins()
        self.register(plugins, "needy", Needy)
        done, errors = open_analyzers(plugins, ["needy", "sentiment"], Context(heads), {})
        assert [item.name for item in done] == ["sentiment"]
        assert "'needy' (vocmine-needy 1.0) cannot be opened" in str(errors[0])

    def test_a_table_name_of_the_core_or_of_another_analyzer_is_refused(self, heads) -> None:
        class Greedy(Lengths):
            outputs = (Table("messages", "message", (Column("n", "integer"),)),)

        plugins = load_plugins()
        self.register(plugins, "greedy", Greedy)
        _, errors = open_analyzers(plugins, ["greedy"], Context(heads), {})
        assert isinstance(errors[0], PluginError)
        assert "table 'messages', which belongs to the core" in str(errors[0])

    def test_options_reach_their_analyzer(self, heads) -> None:
        seen: dict[str, Any] = {}

        class Curious(Lengths):
            options = (Option("depth", "integer"), Option("sign", default="$"), Option("other"))

            def open(self, context: Context) -> None:
                seen.update(context.options)

        plugins = load_plugins()
        self.register(plugins, "curious", Curious)
        given = {"curious": {"depth": "3"}}
        (opened,), _ = open_analyzers(plugins, ["curious"], Context(heads), given)
        assert seen == {"depth": 3, "sign": "$"}
        assert opened.options == {"depth": 3}  # what results depend on: defaults are the version's

    def test_options_as_a_mapping_are_texts_and_told_to_go_away(self, heads) -> None:
        seen: dict[str, Any] = {}

        class Old(Lengths):
            options: ClassVar[dict[str, str]] = {"depth": "how far to look"}

            def open(self, context: Context) -> None:
                seen.update(context.options)

        plugins = load_plugins()
        self.register(plugins, "old", Old)
        with pytest.warns(VocmineDeprecationWarning, match=r"^Analyzer 'old' .* goes away in"):
            open_analyzers(plugins, ["old"], Context(heads), {"old": {"depth": "3"}})
        assert seen == {"depth": "3"}
