"""A model with a team's own categories is judged on them, and on the frictions they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from vocmine.evaluation import GoldMessage, Point, evaluate, read_messages, tasks_of
from vocmine.evaluation.labels import LabelNames
from vocmine.heads import Head, Heads
from vocmine.plugin import Encoded
from vocmine.taxonomy import Category, Taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.batch import IntArray

OWN = Taxonomy((Category("cobro_doble", "billing", "Cobro doble", "Cobrança dupla", "Twice"),))
LABELS: dict[str, tuple[Any, ...]] = {
    "insight": (1, 0),
    "polarity": (-1, 1),
    "friction": ("none", "cobro_doble", "billing", "delay"),
    "stage": ("use",),
    "pyramid": ("utility",),
    "touchpoint": ("billing",),
}
WORDS = {"dos veces": "cobro_doble", "cobro": "billing", "tarde": "delay"}


class WordEncoder:
    """One number for each word of `WORDS`, and a last one that is always 1."""

    name, dim, fingerprint = "words", len(WORDS) + 1, "e"

    def encode(
        self, texts: Sequence[str], message: IntArray, start: IntArray, end: IntArray
    ) -> Encoded:
        spans = zip(message.tolist(), start.tolist(), end.tolist(), strict=True)
        return Encoded(self._of(texts), self._of([texts[m][s:e] for m, s, e in spans]))

    def _of(self, texts: Sequence[str]) -> Any:
        rows = [[*(float(word in text) for word in WORDS), 1.0] for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(-1, self.dim)


@pytest.fixture
def heads() -> Heads:
    made = {}
    for task, labels in LABELS.items():
        weights = np.zeros((len(WORDS) + 1, len(labels)), dtype=np.float32)
        weights[-1, 0] = 2.0
        if task == "friction":
            for row, label in enumerate(WORDS.values()):
                weights[row, labels.index(label)] = 4.0 if label != "cobro_doble" else 6.0
        made[task] = Head(
            per="segment",
            inputs=("segment",),
            layers=((weights, np.zeros(len(labels), dtype=np.float32)),),
            labels=labels,
            temperature=1.0,
            bias=np.zeros(len(labels), dtype=np.float32),
            told_as=tuple(map(OWN.friction_of, labels)) if task == "friction" else (),
        )
    return Heads(made, fingerprint="f", encoder_fingerprint="e", dim=len(WORDS) + 1, taxonomy=OWN)


def labelled(text: str, category: str) -> GoldMessage:
    labels = {"category": category, "friction": OWN.friction_of(category)}
    return GoldMessage(text, points=[Point(0, len(text), labels)])


def test_categories_are_a_task_whose_labels_have_own_names(heads: Heads) -> None:
    by_name = {task.name: task for task in tasks_of(heads)}
    category, friction = by_name["category"], by_name["friction"]
    assert category.labels == ("none", "cobro_doble", "billing", "delay")
    assert friction.labels == ("none", "billing", "delay")
    as_category = LabelNames("category", category.labels, category.also)
    as_friction = LabelNames("friction", friction.labels, friction.also)
    assert [as_category.code(name) for name in ("cobrança dupla", "Demora")] == [
        "cobro_doble",
        "delay",
    ]
    assert as_friction.code("Cobro doble") == "billing"


def test_a_category_and_its_friction_are_judged_on_quotes_and_end_to_end(heads: Heads) -> None:
    messages = [
        labelled("me hicieron el cobro dos veces", "cobro_doble"),
        labelled("me hicieron un cobro de más", "cobro_doble"),
        labelled("el pedido llegó tarde", "delay"),
    ]
    found = evaluate(messages, read_messages(WordEncoder(), heads, messages), tasks_of(heads))
    accuracy = {report.name: report.score.accuracy.value for report in found.tasks}
    assert accuracy == {"friction": 1.0, "category": pytest.approx(2 / 3)}
    assert found.end_to_end is not None
    recall = {m.match: m.recall.value for m in found.end_to_end.matches}
    assert recall["friction"] == 1.0
    assert recall["category"] == pytest.approx(2 / 3)
