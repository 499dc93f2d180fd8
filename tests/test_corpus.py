"""The messages in models/corpus: what they teach must be sound before anything learns from it."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

MODELS = Path(__file__).parents[1] / "models"
sys.path[:0] = [str(MODELS / "training")]

import heads_data

from vocmine.catalogue import label_set

FILES = sorted((MODELS / "corpus").glob("*.jsonl"))
ONE_OF = ("pqrs", "sentiment")


def rows(path: Path) -> list[dict[str, object]]:
    return list(heads_data.read_rows(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_label_is_of_the_catalogue_and_every_quote_in_its_message(path: Path) -> None:
    for row in rows(path):
        example = heads_data.labelled_example(row, path.stem)  # raises where a quote is not there
        for task in ONE_OF:
            assert row[task] in label_set(task).codes, row["id"]
        assert set(row["emotions"]) <= set(label_set("emotion").codes), row["id"]
        for insight in example.insights or ():
            for task in ("friction", "stage", "pyramid", "touchpoint"):
                assert insight.labels[task] in label_set(task).codes, row["id"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_negative_point_has_an_obstacle_and_no_other_has_one(path: Path) -> None:
    for row in rows(path):
        for insight in row["insights"]:
            assert (insight["polarity"] < 0) == (insight["friction"] != "none"), row["id"]


def test_no_message_is_there_twice() -> None:
    texts = [str(row["text"]) for path in FILES for row in rows(path)]
    assert [text for text, times in Counter(texts).items() if times > 1] == []
    plain = Counter(map(heads_data.normalised, texts))
    assert [text for text, times in plain.items() if times > 1] == []


def test_messages_do_not_open_alike() -> None:
    """A template would teach its own words: no four words open more than a few messages."""
    openings: Counter[str] = Counter()
    for path in FILES:
        for row in rows(path):
            words = heads_data.normalised(str(row["text"])).split()
            openings[" ".join(words[:4])] += len(words) >= 4
    assert [opening for opening, times in openings.items() if times > 5] == []
