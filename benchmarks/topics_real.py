"""Topics of real texts: coherence, diversity, stability, coverage, agreement with labels, time.

    python benchmarks/topics_real.py --data DIR [--sets marc-es banking77] [--messages 2000]
                                     [--bootstraps 10] [--finders vocmine BERTopic]
                                     [--model voc-fast] [--cache DIR] [--json out.json]

Reads the sets under DIR, or under $VOCMINE_DATA, evenly spaced where there are more messages than
asked for. Nobody knows the true topics of such texts: `ami_label` says how far the main topics of
messages go with the product category or the intent, which are not meant to be the same. Finders
show more or fewer words of a topic: `npmi_first_words` is the coherence of as many of each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from topics_corpora import corpus_batch, with_insights
from topics_peers import FINDERS, OWN, Found, find
from topics_scores import agreement, coherence, diversity, top_words

from vocmine.models import DEFAULT, load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from vocmine.batch import Batch
    from vocmine.plugin import Encoder

SETS = {
    "marc-es": ("dev/marc-es-dev.jsonl.gz", "product"),
    "banking77": ("dev/banking77-en-test.jsonl.gz", "label"),
}
"""Name to file and to the field that says what a message is about."""
FIRST_WORDS = 4
"""Words of a topic that every finder shows."""
_NOT_DRAWN = -2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--messages", type=int, default=2000, help="at most, of each set")
    parser.add_argument("--bootstraps", type=int, default=10)
    parser.add_argument("--finders", nargs="+", default=[OWN, "BERTopic"], choices=FINDERS)
    parser.add_argument("--model", default=DEFAULT)
    parser.add_argument("--cache", type=Path, help="folder for the vectors")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--show", action="store_true", help="print the topics")
    options = parser.parse_args()
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    model = load_model(options.model)
    encoder = model.encoder
    results = []
    for chosen in options.sets:
        rows = read_rows(Path(options.data) / SETS[chosen][0], options.messages)
        batch = corpus_batch(
            [row["text"] for row in rows], [row["lang"] for row in rows], encoder, options.cache
        )
        batch = with_insights(batch, model.heads)
        labels = [row[SETS[chosen][1]] for row in rows]
        for name in options.finders:
            find(name, batch.select(np.arange(min(200, len(rows)))), encoder)  # warm up
            found = find(name, batch, encoder)
            if isinstance(found, str):
                scored: dict[str, Any] = {"why": found}
            else:
                scored = score(batch, labels, found)
                scored["stability"] = stability(name, batch, encoder, options.bootstraps)
            results.append({"set": chosen, "finder": name, **scored})
            print(json.dumps(results[-1], ensure_ascii=False), flush=True)
            if options.show and isinstance(found, Found):
                for topic in zip(found.names, found.terms, strict=True):
                    print("   ", *topic)
    if options.json:
        about = {
            "machine": platform.platform(),
            "python": platform.python_version(),
            "model": options.model,
            "bootstraps": options.bootstraps,
        }
        text = json.dumps({**about, "results": results}, ensure_ascii=False, indent=1)
        options.json.write_text(text + "\n", "utf-8")


def read_rows(path: Path, limit: int) -> list[dict[str, Any]]:
    """At most `limit` rows, evenly spaced, as the files are sorted by label."""
    with gzip.open(path) as lines:
        rows = [json.loads(line) for line in lines]
    count = min(limit, len(rows))
    return [rows[at * len(rows) // count] for at in range(count)]


def score(batch: Batch, labels: Sequence[str], found: Found) -> dict[str, Any]:
    """Figures of one finder on one set."""
    lang = batch.langs[0]  # each set is in one language
    words = [top_words(terms, lang) for terms in found.terms]
    topics = message_topics(batch, found.topic)
    return {
        "messages": len(batch),
        "segments": len(found.topic),
        "topics": len(found.names),
        "npmi": coherence(words, batch.texts, lang),
        "npmi_first_words": coherence([own[:FIRST_WORDS] for own in words], batch.texts, lang),
        "diversity": diversity(words),
        "covered_segments": round(float((found.topic >= 0).mean()), 3),
        "covered_messages": round(float((topics >= 0).mean()), 3),
        "ami_label": agreement(labels, topics),
        "seconds": found.seconds,
    }


def message_topics(batch: Batch, topic: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The topic that most segments of each message have, the first of equals; -1 for none."""
    votes: list[Counter[int]] = [Counter() for _ in range(len(batch))]
    for message, found in zip(batch.segment_message.tolist(), topic.tolist(), strict=True):
        if found >= 0:
            votes[message][found] += 1
    return np.array([vote.most_common(1)[0][0] if vote else -1 for vote in votes])


def stability(name: str, batch: Batch, encoder: Encoder, bootstraps: int) -> float:
    """Mean agreement of the topics of two bootstrap samples about the segments in both.

    A sample draws as many messages as there are, with replacement, and each that is drawn counts
    once: copies would be clusters of their own. "No topic" is a topic like any other.
    """
    rng = np.random.default_rng(0)
    samples = []
    for _ in range(bootstraps):
        drawn = np.unique(rng.integers(0, len(batch), len(batch)))
        found = find(name, batch.select(drawn), encoder)
        if isinstance(found, Found):
            topic = np.full(len(batch.segment_ids), _NOT_DRAWN)
            topic[batch.segment_rows(drawn)] = found.topic
            samples.append(topic)
    pairs = [
        agreement(*(topic[(left != _NOT_DRAWN) & (right != _NOT_DRAWN)] for topic in (left, right)))
        for left, right in combinations(samples, 2)
    ]
    return round(float(np.mean(pairs)), 3) if pairs else float("nan")


if __name__ == "__main__":
    main()
