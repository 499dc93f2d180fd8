"""Topics on planted truth: agreement with the truth, number of topics, names, time, memory.

    python benchmarks/topics.py [--messages 300 2000 10000] [--seeds 3] [--json out.json]

Prints one line for each corpus: adjusted mutual information of the topics of problem segments
with the truth (no topic counts as a topic of its own), number of topics against the twelve
planted, share of problem segments with a topic, share of greetings and formulas with one,
whether a name is boilerplate, seconds to learn, and peak memory.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import resource
import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from planted import CLOSINGS, DIALECTS, OPENINGS, PROBLEMS, SLOTS, Planted, planted_corpus
from sklearn.metrics import adjusted_mutual_info_score

from vocmine.batch import Batch
from vocmine.plugin import Context
from vocmine.segmentation import segment
from vocmine_topic.analyzer import TopicAnalyzer
from vocmine_topic.text import fold

MIN_OVERLAP = 0.3
"""Share of a segment that must lie in a problem for the segment to be about it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, nargs="+", default=[300, 2000, 10000])
    parser.add_argument("--problems", type=int, nargs="+", default=[6, 12, 25])
    parser.add_argument("--seeds", type=int, default=3, help="corpora of each size")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--show", action="store_true", help="print the topics")
    options = parser.parse_args()
    warm_up = planted_corpus(40)
    measure(warm_up, show=False)
    results = []
    sizes = product(options.messages, options.problems, range(options.seeds))
    for messages, problems, seed in sizes:
        corpus = planted_corpus(messages, seed=seed, problems=problems)
        figures = measure(corpus, show=options.show)
        results.append({"messages": messages, "planted": problems, "seed": seed, **figures})
        print(json.dumps(results[-1], ensure_ascii=False), flush=True)
    if options.json:
        machine = {"machine": platform.platform(), "python": platform.python_version()}
        text = json.dumps({**machine, "results": results}, ensure_ascii=False, indent=2)
        options.json.write_text(text, "utf-8")


def measure(corpus: list[Planted], *, show: bool) -> dict[str, Any]:
    batches = [as_batch(corpus[at : at + 1000], at) for at in range(0, len(corpus), 1000)]
    analyzer = TopicAnalyzer()
    analyzer.open(Context(heads=None))  # type: ignore[arg-type]
    started = time.perf_counter()
    topics = analyzer.fit(lambda: iter(batches))["topics"]
    seconds = time.perf_counter() - started
    truth, found = [], []
    for batch in batches:
        truth += [true_problem(corpus, batch, at) for at in range(len(batch.segment_ids))]
        found += main_topics(analyzer, batch)
    true, topic = np.array(truth), np.array(found)
    problem = true != ""
    if show:
        for row in zip(*topics.values(), strict=True):
            print("   ", *row)
    return {
        "ami": round(float(adjusted_mutual_info_score(true[problem], topic[problem])), 3),
        "ami_with_boilerplate": round(float(adjusted_mutual_info_score(true, topic)), 3),
        "topics": len(topics["name"]),
        "covered": round(float((topic[problem] >= 0).mean()), 3),
        "boilerplate_with_topic": round(float((topic[~problem] >= 0).mean()), 3),
        "boilerplate_names": boilerplate_names([str(name) for name in topics["name"]]),
        "segments": len(found),
        "fit_seconds": round(seconds, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def as_batch(corpus: list[Planted], first: int) -> Batch:
    texts = [message.text for message in corpus]
    count = len(texts)
    found = segment(texts, ["es"] * count)
    return Batch(
        message_ids=np.arange(first, first + count),
        texts=texts,
        langs=["es"] * count,
        countries=[""] * count,
        channels=[""] * count,
        scores=np.full(count, np.nan, dtype=np.float32),
        created_at=[None] * count,
        segment_ids=np.arange(len(found.start), dtype=np.int64),
        segment_message=found.message,
        segment_start=found.start,
        segment_end=found.end,
        message_vectors=np.zeros((count, 0), dtype=np.float32),
        segment_vectors=np.zeros((len(found.start), 0), dtype=np.float32),
        extra={},
    )


def true_problem(corpus: list[Planted], batch: Batch, at: int) -> str:
    """The problem that covers most of a segment; empty for boilerplate."""
    message = corpus[int(batch.message_ids[batch.segment_message[at]])]
    start, end = int(batch.segment_start[at]), int(batch.segment_end[at])
    overlaps = [(min(end, e) - max(start, s), problem) for s, e, problem in message.spans]
    overlap, problem = max(overlaps, default=(0, ""))
    return problem if overlap > MIN_OVERLAP * (end - start) else ""


def main_topics(analyzer: TopicAnalyzer, batch: Batch) -> list[int]:
    """The heaviest topic of each segment, -1 for none."""
    columns = analyzer.analyze(batch)["segment_topics"]
    topics = [-1] * len(batch.segment_ids)
    rows, found = np.asarray(columns["row"]), np.asarray(columns["topics_row"])
    for row, topic in zip(rows[::-1].tolist(), found[::-1].tolist(), strict=True):
        topics[row] = topic
    return topics


def boilerplate_names(names: list[str]) -> list[str]:
    """Names of topics that are made of words of greetings, formulas, people and places only."""
    wrapping = [*OPENINGS, *CLOSINGS, *SLOTS["brand"], *SLOTS["person"]]
    wrapping += [city for dialect in DIALECTS.values() for city in dialect["city"]]
    words = set(re.findall(r"\w+", fold(" ".join(wrapping))))
    said = set(re.findall(r"\w+", fold(" ".join(t for some in PROBLEMS.values() for t in some))))
    return [name for name in names if set(re.findall(r"\w+", fold(name))) <= words - said]


if __name__ == "__main__":
    main()
