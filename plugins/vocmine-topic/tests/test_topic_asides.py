"""Asides: what makes no point by itself takes the topic that those like it stand beside."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from vocmine.plugin import Context
from vocmine_topic.analyzer import TopicAnalyzer
from vocmine_topic.asides import FAINTER, MOST, AsideAssigner, Asides
from vocmine_topic.model import NONE

WIDTH = 16
MEDICINE, CARD, RECEIPT, CLIENT, THANKS = range(5)
"""Directions of what is meant."""
SAID = {
    "no hay medicamento en la farmacia": MEDICINE,
    "la farmacia no entrega el medicamento": MEDICINE,
    "la tarjeta fue rechazada en la tienda": CARD,
    "en la tienda rechazaron la tarjeta": CARD,
    "tengo la receta vigente": RECEIPT,
    "soy cliente hace años": CLIENT,
    "muchas gracias": THANKS,
}
POINTS = {text for text, about in SAID.items() if about in (MEDICINE, CARD)}


def written(messages=60, *, seed=0):
    """Complaints about a medicine, with a receipt told of, and about a card, without."""
    rng = random.Random(seed)
    texts = []
    for _ in range(messages):
        about = rng.choice((MEDICINE, CARD))
        said = rng.choice([text for text, own in SAID.items() if own == about])
        if about == MEDICINE and rng.random() < 0.7:
            said = f"tengo la receta vigente, {said}"
        if rng.random() < 0.5:
            said = f"soy cliente hace años, {said}"
        texts.append(f"{said}. muchas gracias")
    return texts


def batch_of_clauses(batch_of, texts, *, sketched=True):
    """A batch whose segments are the clauses of `SAID`, with their insights and sketches."""
    spans = [
        (number, text.index(clause), text.index(clause) + len(clause), clause)
        for number, text in enumerate(texts)
        for clause in sorted(SAID, key=text.find)
        if clause in text
    ]
    message, start, end, clauses = zip(*spans, strict=True)
    rng = np.random.default_rng(len(texts))
    sketches = rng.integers(-6, 7, size=(len(spans), WIDTH))
    sketches[np.arange(len(spans)), [SAID[clause] for clause in clauses]] = 110
    return replace(
        batch_of(texts),
        segment_message=np.array(message, np.int32),
        segment_start=np.array(start, np.int32),
        segment_end=np.array(end, np.int32),
        segment_ids=np.arange(len(spans)),
        segment_insights=np.array([clause in POINTS for clause in clauses]),
        segment_sketches=sketches.astype(np.int8) if sketched else np.zeros((0, 0), np.int8),
    )


class Learnt:
    """An analyzer that learnt some texts, and the heaviest topic of any segment."""

    def __init__(self, batch_of, texts, *, seed=0, sketched=True):
        self.batch_of, self.sketched = batch_of, sketched
        self.analyzer = TopicAnalyzer()
        self.analyzer.open(Context(heads=None, seed=seed, options={"topics": 2}))
        self.batch = batch_of_clauses(batch_of, texts, sketched=sketched)
        self.topics = self.analyzer.fit(lambda: iter([self.batch]))["topics"]

    def told(self, batch=None):
        """Clause to the set of topics that it has anywhere, None for no topic."""
        batch = self.batch if batch is None else batch
        columns = self.analyzer.analyze(batch)["segment_topics"]
        best = dict(
            zip(
                np.asarray(columns["row"])[::-1].tolist(),
                np.asarray(columns["topics_row"])[::-1].tolist(),
                strict=True,
            )
        )
        found = {}
        for row, clause in enumerate(batch.segment_texts):
            found.setdefault(clause, set()).add(best.get(row))
        return found


@pytest.fixture(scope="module")
def learnt(batch_of):
    return Learnt(batch_of, written())


def test_what_is_told_beside_one_problem_only_belongs_to_it(learnt):
    told = learnt.told()
    (medicine,) = told["no hay medicamento en la farmacia"]
    assert medicine is not None
    assert told["tengo la receta vigente"] == {medicine}


def test_so_it_does_where_it_stands_alone(learnt, batch_of):
    (medicine,) = learnt.told()["no hay medicamento en la farmacia"]
    alone = batch_of_clauses(batch_of, ["tengo la receta vigente. muchas gracias"] * 2)
    # A message that makes no point is all told: only one that makes another has asides.
    other = batch_of_clauses(
        batch_of, ["tengo la receta vigente. la tarjeta fue rechazada en la tienda"]
    )
    assert learnt.told(alone)["muchas gracias"] == {None}
    assert learnt.told(other)["tengo la receta vigente"] == {medicine}


def test_thanks_which_stand_alone_belong_to_nothing(learnt):
    assert learnt.told()["muchas gracias"] == {None}


def test_what_is_told_beside_any_problem_goes_at_most_with_its_own_sentence(batch_of):
    # Both problems come as often: only the rest of the sentence can tell them apart.
    beside = {
        about: [f"soy cliente hace años, {said}" for said in sorted(POINTS) if SAID[said] == about]
        for about in (MEDICINE, CARD)
    }
    learnt = Learnt(batch_of, [text for texts in beside.values() for text in texts * 15])
    for texts in beside.values():
        told = learnt.told(batch_of_clauses(batch_of, texts))
        (own,) = set.union(*(told[clause] for clause in told if clause in POINTS))
        assert told["soy cliente hace años"] <= {own, None}


def test_without_sketches_asides_have_no_topic(batch_of):
    told = Learnt(batch_of, written(), sketched=False).told()
    assert told["tengo la receta vigente"] == {None}
    assert told["no hay medicamento en la farmacia"] != {None}


def test_batches_and_their_order_change_nothing(learnt, batch_of):
    texts = written()
    batches = [batch_of_clauses(batch_of, texts[at : at + 7]) for at in range(0, 60, 7)]
    # The sketches are drawn anew for each batch, but mean the same.
    analyzer = TopicAnalyzer()
    analyzer.open(Context(heads=None, options={"topics": 2}))
    first = analyzer.fit(lambda: iter(batches))
    again = TopicAnalyzer()
    again.open(Context(heads=None, options={"topics": 2}))
    second = again.fit(lambda: iter(batches[::-1]))
    assert {k: list(v) for k, v in first["topics"].items()} == {
        k: list(v) for k, v in second["topics"].items()
    }
    for batch in batches:
        one, other = (each.analyze(batch)["segment_topics"] for each in (analyzer, again))
        assert all((np.asarray(one[k]) == np.asarray(other[k])).all() for k in ("row", "weight"))


def test_they_are_counted_with_their_topic(learnt):
    columns = learnt.analyzer.analyze(learnt.batch)["segment_topics"]
    counted = np.bincount(np.asarray(columns["topics_row"]), minlength=2).tolist()
    assert counted == list(learnt.topics["segments"])


def test_rows_stay_in_the_order_of_segments_and_shares_below_one(learnt):
    columns = learnt.analyzer.analyze(learnt.batch)["segment_topics"]
    rows = np.asarray(columns["row"])
    assert (np.diff(rows) >= 0).all()
    assert (np.asarray(columns["weight"]) <= 1).all()


def test_they_show_a_topic_less_well_than_complaints_do(learnt):
    columns = learnt.analyzer.analyze(learnt.batch)["segment_topics"]
    rows, fit = np.asarray(columns["row"]), np.asarray(columns["fit"])
    point = learnt.batch.segment_insights[rows]
    assert fit[~point].max() <= FAINTER < fit[point].min()


class TestAsides:
    def asides(self, count, seed=0):
        rng = np.random.default_rng(seed)
        return Asides(
            rng.integers(0, 2**63, count).astype(np.uint64),
            rng.integers(-99, 99, (count, 4)).astype(np.int8),
            rng.integers(NONE, 3, count),
        )

    def test_those_of_the_lowest_ranks_are_kept(self):
        many = self.asides(MOST + 300)
        kept = many.first()
        assert len(kept.rank) == MOST
        assert kept.rank.tolist() == sorted(many.rank.tolist())[:MOST]

    def test_parts_kept_bit_by_bit_are_those_of_the_whole(self):
        many = self.asides(2 * MOST)
        parts = [many.at(slice(at, at + 999)) for at in range(0, 2 * MOST, 999)]
        kept = many.at(slice(0))
        for part in parts[::-1]:
            kept = kept.plus(part).first()
        whole = many.first()
        assert all((one == other).all() for one, other in zip(kept, whole, strict=True))

    def test_a_message_is_no_witness_of_itself(self, learnt, batch_of):
        alone = batch_of_clauses(
            batch_of, ["muchas gracias. la tarjeta fue rechazada en la tienda"]
        )
        told = learnt.analyzer._assign_telling(alone)
        (medicine,) = {topic.id for topic in learnt.analyzer._model.main()} - {told.topic[0]}

        def told_by(*witnesses):
            asides = AsideAssigner(learnt.analyzer._model, seed=0)
            own = asides._read(alone, np.array([0]), np.array([medicine, NONE]))
            for rank in witnesses:
                said = own._replace(rank=own.rank + np.uint64(rank))
                asides._asides = asides._asides.plus(said)
            return asides.assign(alone, told).topic.tolist()

        assert told_by(*[0] * 20) == []
        assert told_by(*range(1, 21)) == [medicine]

    def test_what_is_like_nothing_that_was_said_has_no_topic(self, learnt, batch_of):
        asides = AsideAssigner(learnt.analyzer._model, seed=0)
        alone = batch_of_clauses(
            batch_of, ["muchas gracias. la tarjeta fue rechazada en la tienda"]
        )
        told = learnt.analyzer._assign_telling(alone)
        assert not len(asides.assign(alone, told).row)
