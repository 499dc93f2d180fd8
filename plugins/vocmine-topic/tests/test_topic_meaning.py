"""What segments mean, by their sketches, brings together what their words keep apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vocmine.plugin import Context
from vocmine_topic.analyzer import TopicAnalyzer
from vocmine_topic.sample import tells

WIDTH = 16


def near(*directions, spread=3, seed=0):
    """Sketches around the given axes."""
    rng = np.random.default_rng(seed)
    sketches = rng.integers(-spread, spread + 1, size=(len(directions), WIDTH))
    sketches[np.arange(len(directions)), list(directions)] = 120
    return sketches.astype(np.int8)


WORDINGS = {
    0: ("El paquete sigue sin aparecer", "La encomienda viene atrasada", "Mi envío no llega"),
    1: ("El cajero maltrata", "La funcionaria grita", "Un asesor grosero me atendió"),
}


@pytest.mark.parametrize("known", [True, False])
def test_wordings_without_a_common_word_share_a_topic_when_they_mean_the_same(batch_of, known):
    texts = [
        f"{wording}. Señores, gracias"
        for _ in range(30)
        for some in WORDINGS.values()
        for wording in some
    ]
    subject = [number for _ in range(30) for number, some in WORDINGS.items() for _ in some]
    batch = batch_of(texts)
    first = np.searchsorted(batch.segment_message, np.arange(len(texts)))
    sketches = near(*(15 for _ in batch.segment_ids), spread=2)
    sketches[first] = near(*subject, spread=20, seed=2)
    if known:
        batch = replace(batch, segment_sketches=sketches)
    analyzer = TopicAnalyzer()
    analyzer.open(Context(heads=None, options={"topics": 2}))
    analyzer.fit(lambda: iter([batch]))
    found = analyzer.analyze(batch)["segment_topics"]
    pairs = zip(found["row"].tolist(), found["topics_row"].tolist(), strict=True)
    strongest = dict(reversed(list(pairs)))
    own = [first[np.array(subject) == number].tolist() for number in (0, 1)]
    topics = [{strongest.get(row) for row in rows} for rows in own]
    if known:
        assert [len(some) for some in topics] == [1, 1]
        assert topics[0] != topics[1]
    else:
        assert topics != [{0}, {1}]
        assert topics != [{1}, {0}]


class TestWhatTells:
    def test_only_what_makes_a_point_has_a_topic_and_questions_do(self, batch_of):
        batch = batch_of(["Señores. No llega el pedido. Gracias.", "Buenas. ¿A qué hora abren?"])
        assert tells(batch).all()
        known = replace(batch, segment_insights=np.array([0, 1, 0, 0, 0], dtype=bool))
        assert tells(known).tolist() == [False, True, False, True, True]

    def test_the_rest_is_neither_learnt_nor_given_a_topic(self, complaints, batch_of):
        batch = batch_of(complaints(120))
        points = ~np.isin(batch.segment_message, np.arange(60))
        first = np.searchsorted(batch.segment_message, np.arange(60))
        points[first] = True  # of half the messages only the first segment makes a point
        known = replace(batch, segment_insights=points)
        analyzer = TopicAnalyzer()
        analyzer.open(Context(heads=None))
        analyzer.fit(lambda: iter([known]))
        rows = analyzer.analyze(known)["segment_topics"]["row"]
        assert len(rows)
        assert points[rows].all()
