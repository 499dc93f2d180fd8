"""Deletion test: does a label lose more without the words that weighed most than without others?

python benchmarks/explanation.py [FILE ...] [--labels 80] [--words 2] [--draws 5]

Reads FILE (exports that vocmine reads; the examples when none is given). For every insight with at
least twice as many words, its heaviest words are left out together, and as many at random.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vocmine.explanation import MOST_WORDS, explain
from vocmine.explanation_reading import NOTHING, TASKS
from vocmine.inputs import Inputs
from vocmine.intake import Intake
from vocmine.models import Model, load_model
from vocmine.pipeline import Work, make_batch
from vocmine.plugin import ReadOptions
from vocmine.plugins import load_plugins
from vocmine.segmentation import Segments

if TYPE_CHECKING:
    from vocmine.batch import Batch
    from vocmine.heads import Code

EXAMPLES = Path(__file__).parent.parent / "examples"
CHUNK = 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", default=[str(EXAMPLES / "banco_pqrs.csv")])
    parser.add_argument("--model", default="voc")
    parser.add_argument("--words", type=int, default=2)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--labels", type=int, default=80, help="of each task, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    model = load_model(options.model)
    batch = read(model, options.files, options.messages)
    print(f"{len(batch)} messages, {len(batch.segment_message)} segments, model {model.name}")
    print("probability lost without the heaviest words / without as many at random; how often more")
    for task in TASKS:
        measure(model, batch, task, options)


def read(model: Model, files: list[str], most: int) -> Batch:
    """The first messages of the files, encoded."""
    texts: list[str] = []
    langs: list[str] = []
    with Inputs(load_plugins(), ReadOptions()) as inputs:
        for opened in inputs.open(files):
            records = opened.source.read(opened.path, opened.options)
            for chunk in Intake().chunks(records, CHUNK):
                kept = [item for item in chunk.incoming if not item.skip_reason]
                texts += [item.message.text for item in kept]
                langs += [item.lang for item in kept]
    texts, langs = texts[:most], langs[:most]
    blank = [""] * len(texts)
    work = Work(
        message_ids=np.arange(len(texts), dtype=np.int64),
        texts=texts,
        langs=langs,
        countries=blank,
        channels=blank,
        scores=np.full(len(texts), np.nan, dtype=np.float32),
        created_at=[None] * len(texts),
    )
    return make_batch(work, model.encoder)[0]


def measure(model: Model, batch: Batch, task: str, options: Any) -> None:
    """Print the figures of one task, over the labels that the model itself gives."""
    gate = model.heads.predict("insight", batch).codes
    codes = model.heads.predict(task, batch).codes
    rng = np.random.default_rng(options.seed)
    some = [i for i, code in enumerate(codes) if gate[i] == 1 and code not in NOTHING]
    drawn = set(rng.permutation(some)[: options.labels].tolist())
    chosen = [code if i in drawn else None for i, code in enumerate(codes)]
    segments = Segments(batch.segment_message, batch.segment_start, batch.segment_end)
    began = time.perf_counter()
    found = explain(model, batch.texts, segments, {task: chosen})
    seconds = time.perf_counter() - began
    heavy, random_ = [], []
    for row in np.unique(found.row):
        own = np.flatnonzero(found.row == row)
        if not 2 * options.words <= len(own) < MOST_WORDS:
            continue
        spans = [(int(found.start[i]), int(found.end[i])) for i in own]
        top = np.argsort(-found.weight[own], kind="stable")[: options.words]
        draws = [rng.choice(len(own), options.words, replace=False) for _ in range(options.draws)]
        groups = [[spans[i] for i in group] for group in [top, *draws]]
        lost = _lost(model, batch, task, int(row), codes[row], groups)
        heavy.append(lost[0])
        random_.append(float(np.mean(lost[1:])))
    more = np.mean(np.asarray(heavy) > np.asarray(random_))
    each = seconds * 1000 / max(len(np.unique(found.row)), 1)
    print(
        f"{task:11} {len(heavy):4} labels   {np.mean(heavy):+.3f} / {np.mean(random_):+.3f}   "
        f"{more:.1%}   {each:.0f} ms a label"
    )


def _lost(
    model: Model,
    batch: Batch,
    task: str,
    row: int,
    code: Code,
    groups: list[list[tuple[int, int]]],
) -> list[float]:
    """Probability that the label of a segment loses without each group of words."""
    text = batch.texts[int(batch.segment_message[row])]
    start, end = int(batch.segment_start[row]), int(batch.segment_end[row])
    texts, ends = [text], [end]
    for group in groups:
        cut, last = text, end
        for first, past in sorted(group, reverse=True):
            cut, last = cut[:first] + cut[past:], last - (past - first)
        texts.append(cut)
        ends.append(last)
    count = len(texts)
    message = np.arange(count, dtype=np.int32)
    starts, stops = np.full(count, start, dtype=np.int32), np.asarray(ends, dtype=np.int32)
    vectors = model.encoder.encode(texts, message, starts, stops)
    part = replace(
        batch.select(np.zeros(1, dtype=np.intp)),
        texts=texts,
        segment_message=message,
        segment_start=starts,
        segment_end=stops,
        message_vectors=vectors.message_vectors,
        segment_vectors=vectors.segment_vectors,
    )
    column = model.heads.labels(task).index(code)
    kept = model.heads.predict(task, part).probabilities[:, column]
    return [float(kept[0] - value) for value in kept[1:]]


if __name__ == "__main__":
    main()
