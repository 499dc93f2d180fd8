"""Topics on planted truth: agreement with it, number of topics, names, coverage, time.

    python benchmarks/topics.py [--messages 300 2000 10000] [--problems 6 12 25] [--seeds 3]
                                [--finders vocmine BERTopic] [--model voc-fast]
                                [--cache DIR] [--json out.json] [--show] [--ceiling]

Prints one line for each corpus and finder: adjusted mutual information of the main topics of the
problem segments with the truth ("no topic" counts as a topic of its own), number of topics against
those planted, share of problem segments with a topic, share of greetings and formulas with one,
names that say nothing, topics made mostly of wrapping, and seconds to learn and assign. All finders
get the same segments with the engine's vectors, which take minutes and are kept in DIR. The
ceiling is what a classifier that is told the truth of the other messages makes of each segment by
itself, of its letters and of its letters with what it means: no finder that goes by these should be
expected to do better.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections import Counter
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from planted import SIZES, Planted, planted_corpus
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.preprocessing import normalize
from topics_corpora import corpus_batch, with_insights
from topics_peers import FINDERS, Found, find
from topics_scores import agreement, empty_names, words_of

from vocmine.models import DEFAULT, load_model
from vocmine_topic.sentences import in_context
from vocmine_topic.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from vocmine.batch import Batch
    from vocmine.plugin import Encoder

MIN_OVERLAP = 0.3
"""Share of a segment that must lie in a problem for the segment to be about it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, nargs="+", default=[300, 2000, 10000])
    parser.add_argument("--problems", type=int, nargs="+", default=list(SIZES), choices=SIZES)
    parser.add_argument("--seeds", type=int, default=3, help="corpora of each size")
    parser.add_argument("--finders", nargs="+", default=list(FINDERS), choices=FINDERS)
    parser.add_argument("--model", default=DEFAULT)
    parser.add_argument("--cache", type=Path, help="folder for the vectors")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--show", action="store_true", help="print the topics")
    parser.add_argument("--ceiling", action="store_true", help="say how much could be found")
    options = parser.parse_args()
    model = load_model(options.model)
    encoder = model.encoder
    warm_up = with_insights(as_batch(planted_corpus(100), encoder, options.cache), model.heads)
    for name in options.finders:
        find(name, warm_up, encoder)
    results = []
    for messages, problems, seed in product(
        options.messages, options.problems, range(options.seeds)
    ):
        corpus = planted_corpus(messages, seed=seed, problems=problems)
        batch = with_insights(as_batch(corpus, encoder, options.cache), model.heads)
        size = {"messages": messages, "planted": problems, "seed": seed}
        if options.ceiling:
            results.append({**size, "finder": "ceiling", "ami": ceiling(corpus, batch)})
            results[-1]["ami_with_meanings"] = ceiling(corpus, batch, meanings=True)
            print(json.dumps(results[-1]), flush=True)
        for name in options.finders:
            found = find(name, batch, encoder)
            scored = {"why": found} if isinstance(found, str) else score(corpus, batch, found)
            results.append({**size, "finder": name, **scored})
            print(json.dumps(results[-1], ensure_ascii=False), flush=True)
            if options.show and isinstance(found, Found):
                for row in zip(found.names, found.terms, strict=True):
                    print("   ", *row)
    if options.json:
        about = {
            "machine": platform.platform(),
            "python": platform.python_version(),
            "model": options.model,
        }
        text = json.dumps({**about, "results": results}, ensure_ascii=False, indent=1)
        options.json.write_text(text + "\n", "utf-8")


def as_batch(corpus: Sequence[Planted], encoder: Encoder, cache: Path | None) -> Batch:
    return corpus_batch([each.text for each in corpus], ["es"] * len(corpus), encoder, cache)


def score(corpus: Sequence[Planted], batch: Batch, found: Found) -> dict[str, Any]:
    """Figures of one finder on one corpus."""
    true = truth(corpus, batch)
    problem = true != ""
    assigned = found.topic >= 0
    said, wrapping = word_counts(corpus)
    return {
        "ami": agreement(true[problem], found.topic[problem]),
        "ami_with_wrapping": agreement(true, found.topic),
        "topics": len(found.names),
        "covered": round(float(assigned[problem].mean()), 3),
        "wrapping_with_topic": round(float(assigned[~problem].mean()), 3),
        "empty_names": empty_names(found.names, said, wrapping),
        "wrapping_topics": sum(
            bool((~problem[found.topic == topic]).mean() > 0.5)
            for topic in np.unique(found.topic[assigned])
        ),
        "segments": len(true),
        "seconds": found.seconds,
    }


def ceiling(corpus: Sequence[Planted], batch: Batch, *, meanings: bool = False) -> float:
    """Agreement of problem segments with what is learnt from the truth of other messages.

    Ridge regression on the letters of the segment, and on its sketch where `meanings` are asked
    for, five folds of messages; it may answer that a segment is about no problem, as the finders
    may.
    """
    letters = TfidfVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=(2, 5), min_df=2)
    known = letters.fit_transform(batch.segment_texts)
    if meanings:
        known = hstack([known, normalize(in_context(batch).astype(np.float64))]).tocsr()
    true = truth(corpus, batch)
    told = cross_val_predict(
        RidgeClassifier(),
        known,
        true,
        groups=batch.segment_message,
        cv=GroupKFold(5),
    )
    return agreement(true[true != ""], told[true != ""])


def truth(corpus: Sequence[Planted], batch: Batch) -> npt.NDArray[np.str_]:
    """The problem of each segment."""
    return np.array([true_problem(corpus, batch, at) for at in range(len(batch.segment_ids))])


def true_problem(corpus: Sequence[Planted], batch: Batch, at: int) -> str:
    """The problem that covers most of a segment; empty for greetings, formulas and small talk."""
    message = corpus[int(batch.segment_message[at])]
    start, end = int(batch.segment_start[at]), int(batch.segment_end[at])
    overlaps = [(min(end, e) - max(start, s), problem) for s, e, problem in message.spans]
    overlap, problem = max(overlaps, default=(0, ""))
    return problem if overlap > MIN_OVERLAP * (end - start) else ""


def word_counts(corpus: Sequence[Planted]) -> tuple[Counter[str], Counter[str]]:
    """How often each folded word stands in a problem, and in what wraps the problems."""
    everywhere, said = Counter[str](), Counter[str]()
    for message in corpus:
        everywhere.update(words_of(message.text))
        for start, end, _ in message.spans:
            said.update(words_of(message.text[start:end]))
    return said, everywhere - said


if __name__ == "__main__":
    main()
