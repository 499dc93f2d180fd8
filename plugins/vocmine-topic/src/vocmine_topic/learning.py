"""Learns the topics of a sample: words, features, groups, identities, sub-themes, names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vocmine_topic.boilerplate import learned_boilerplate, wrapping_groups
from vocmine_topic.captions import caption
from vocmine_topic.edits import plant
from vocmine_topic.engines import Labels, Space, load_engine
from vocmine_topic.features import Features
from vocmine_topic.lineage import MOSTLY, carry_on
from vocmine_topic.model import NONE, Assigner, IdArray, Settings, TopicModel
from vocmine_topic.nouns import Nouns
from vocmine_topic.subthemes import find_subthemes
from vocmine_topic.text import fold
from vocmine_topic.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from scipy.sparse import csr_matrix

    from vocmine.batch import FlagArray, SketchArray
    from vocmine_topic.boilerplate import EdgeArray
    from vocmine_topic.edits import Sketcher
    from vocmine_topic.sample import Sampled
    from vocmine_topic.text import Reader, Word

SAMPLE_SEGMENTS = 30_000
ANCHORS = 10_000
"""Segments of the sample that are grouped, and that others are compared with."""
MIN_MEMBERS = 3
"""Segments of the sample a topic must have."""
COPIES = MIN_MEMBERS
"""So often a wording may be among the anchors: one that hundreds copied is a topic, but copies that
are only like each other must not hide what else is like them."""


class Corpus(NamedTuple):
    """A sample as it is learnt from; every column is (segments,) or (segments, …).

    Args:
        texts: Segments.
        langs: Of each.
        owner: Message of each, ascending, int64.
        edges: Whether each opens or closes its message: 1, 0, or -1 for unknown, int8.
        sketches: int8 (segments, width).
        words: Of each segment.
        vocabulary: Learnt from them, or of topics that are known.
        said: Their terms, unit or zero rows.
        nouns: What customers use as nouns.
    """

    texts: list[str]
    langs: list[str]
    owner: IdArray
    edges: EdgeArray
    sketches: SketchArray
    words: list[list[Word]]
    vocabulary: Vocabulary
    said: csr_matrix
    nouns: Nouns


def read_corpus(
    sample: Sequence[Sampled], reader: Reader, vocabulary: Vocabulary | None = None
) -> Corpus:
    """The words of a sample, and the vocabulary that is learnt from them unless one is given."""
    messages = [[reader.words(text, one.lang) for text in one.segments] for one in sample]
    words = [segment for message in messages for segment in message]
    nouns = Nouns(words)
    if vocabulary is None:
        vocabulary = Vocabulary.learn(
            words,
            is_known=reader.is_known,
            nouns=nouns,
            excluded=learned_boilerplate(messages),
        )
    return Corpus(
        texts=[text for one in sample for text in one.segments],
        langs=[one.lang for one in sample for _ in one.segments],
        owner=np.repeat(np.arange(len(sample)), [len(one.segments) for one in sample]),
        edges=np.array([edge for one in sample for edge in one.edges], dtype=np.int8),
        sketches=_sketches(sample),
        words=words,
        vocabulary=vocabulary,
        said=vocabulary.matrix(words),
        nouns=nouns,
    )


def learn_topics(
    sample: Sequence[Sampled],
    reader: Reader,
    settings: Settings,
    former: TopicModel | None = None,
    sketch: Sketcher | None = None,
) -> TopicModel:
    """Group a sample, keep the identities of topics that were known, and name the others.

    Args:
        sample: Messages and their segments; none gives no topics.
        reader: Turns segments into words.
        settings: What to learn with.
        former: Topics that were known before.
        sketch: Gives the sketches of phrases that topics were seeded with.
    """
    corpus = read_corpus(sample, reader)
    features = Features.learn(corpus.said, corpus.sketches, seed=settings.seed)
    rows = features.of(corpus.said, corpus.sketches)
    chosen = _anchors(corpus.texts, np.asarray(rows.any(axis=1)))
    space = Space(
        rows[chosen],
        corpus.said[chosen],
        corpus.sketches[chosen],
        corpus.owner[chosen],
        corpus.vocabulary.terms,
    )
    believed, believed_parts, held = _believed(former, corpus, chosen, reader, settings)
    model = TopicModel(
        settings=settings,
        vocabulary=corpus.vocabulary.learnt,
        features=features,
        anchors=space.features,
        topic_of=np.where(held, believed, NONE),
        subtopic_of=np.full(len(chosen), NONE, dtype=np.int64),
        messages=len(sample),
    )
    wanted = settings.wanted and max(settings.wanted - len(np.unique(believed[held])), 1)
    groups = _grouped(space, ~held, corpus.edges[chosen], settings._replace(wanted=wanted))
    carry_on(model, groups, former, np.where(held, NONE, believed))
    for topic in [topic for topic in model.main() if topic.phrases]:
        plant(model, topic.id, reader, sketch)
    find_subthemes(model, space, believed_parts, former)
    caption(model, corpus, Assigner(model, reader).of_features(rows), reader)
    return model


def _anchors(texts: Sequence[str], telling: FlagArray) -> npt.NDArray[np.intp]:
    """The first segments that say something, each wording a few times at most, ascending."""
    chosen: list[int] = []
    seen = Counter[str]()
    for at in np.flatnonzero(telling).tolist():
        if len(chosen) == ANCHORS:
            break
        wording = fold(texts[at])
        seen[wording] += 1
        if seen[wording] <= COPIES:
            chosen.append(at)
    return np.array(chosen, dtype=np.intp)


def _grouped(space: Space, free: FlagArray, edges: EdgeArray, settings: Settings) -> Labels:
    """Groups of the anchors that belong to no held topic, but for small ones and closings."""
    labels = np.full(len(free), NONE, dtype=np.int64)
    rows = np.flatnonzero(free)
    if len(rows) < MIN_MEMBERS:
        return labels
    engine = load_engine(settings.engine)
    found = engine.group(space.of(rows), topics=settings.wanted, seed=settings.seed)
    kept = np.bincount(found[found >= 0], minlength=1) >= MIN_MEMBERS
    kept[wrapping_groups(found, edges[rows], space.owner[rows])] = False
    place = np.where(kept, np.cumsum(kept) - 1, NONE)
    labels[rows] = np.where(found >= 0, place[np.maximum(found, 0)], NONE)
    return labels


def _believed(
    former: TopicModel | None,
    corpus: Corpus,
    chosen: npt.NDArray[np.intp],
    reader: Reader,
    settings: Settings,
) -> tuple[IdArray, IdArray, FlagArray]:
    """Topic and sub-theme of each anchor by what was known, and whether a held topic has it."""
    topic = np.full(len(chosen), NONE, dtype=np.int64)
    part, held = topic.copy(), np.zeros(len(chosen), dtype=np.bool_)
    if former is None:
        return topic, part, held
    same = former.settings.encoder == settings.encoder
    sketches = corpus.sketches[chosen] if same else corpus.sketches[chosen][:, :0]
    places = chosen.tolist()
    found = Assigner(former, reader).assign(
        [corpus.texts[at] for at in places], [corpus.langs[at] for at in places], sketches
    )
    row, first = np.unique(found.row, return_index=True)
    topic[row], part[row] = found.topic[first], found.subtopic[first]
    sure = np.zeros(len(chosen), dtype=np.bool_)
    sure[row] = found.weight[first] >= MOSTLY
    keeping = [each.id for each in former.main() if each.held]
    return topic, part, sure & np.isin(topic, keeping)


def _sketches(sample: Sequence[Sampled]) -> SketchArray:
    """Sketches of every segment of the sample, int8 (segments, width)."""
    known = [sketch for one in sample for sketch in one.sketches]
    width = len(known[0]) if known else 0
    return np.frombuffer(b"".join(known), dtype=np.int8).reshape(len(known), width)
