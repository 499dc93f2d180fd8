"""Examples as batches of tensors: noise on the text, tokens, spans and targets."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from heads_data import EMOTIONS, Code, Example, best_insight
from heads_features import main_clauses
from heads_learn import labels_of
from tune_network import MESSAGE_TASKS, SEGMENT_TASKS, Inputs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tokenizers import Tokenizer
    from torch import Tensor

PREFIX = "query: "
MOST_TOKENS = 192
"""Longer messages are cut in training; segments past the cut are left out."""
MOST_IN_BATCH = 16
_PADDED_TOKENS = 1600
_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "kñ", "m": "n", "n": "bm", "o": "ip", "p": "o",
    "q": "wk", "r": "et", "s": "az", "t": "ry", "u": "yi", "v": "bc", "x": "zc", "y": "ut",
    "z": "xs",
}  # fmt: skip
"""Neighbours on the keyboard, and letters that Spanish spelling confuses."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What a batch's rows should be.

    Args:
        one: Task to allowed labels, bool (rows, labels); a row without any carries no label.
        emotions: float32 (b, emotions), and `known`, bool (b, emotions), which are labelled.
        weight: float32 (b,) of each message.
    """

    one: dict[str, Tensor]
    emotions: Tensor
    known: Tensor
    weight: Tensor


@dataclass(frozen=True, slots=True)
class Sample:
    """One example, tokenised: ids with frame, segments, and indices of the example and rows."""

    index: int
    ids: list[int]
    spans: list[tuple[int, int]]  # first token, one past the last
    rows: list[int]  # which segment of the example each span is


def noisy(text: str, rng: np.random.Generator) -> tuple[str, list[int]]:
    """The text as a hurried customer types it, and the new place of each old character.

    Most texts stay as they are; others lose accents or case, or gain slips of the keyboard.
    """
    pieces = list(text)
    if rng.random() < 0.2:
        pieces = [_plain(piece) for piece in pieces]
    case = rng.random()
    if case < 0.15:
        pieces = [piece.lower() for piece in pieces]
    elif case < 0.27:
        pieces = [piece.upper() for piece in pieces]
    if rng.random() < 0.25:
        rate = rng.uniform(0.01, 0.08)
        for at in np.flatnonzero(rng.random(len(pieces)) < rate).tolist():
            pieces[at] = _slip(pieces, at, int(rng.integers(4)))
    places = np.cumsum([0, *map(len, pieces)]).tolist()
    return "".join(pieces), places


def _plain(character: str) -> str:
    return unicodedata.normalize("NFD", character)[0]


def _slip(pieces: Sequence[str], at: int, kind: int) -> str:
    piece = pieces[at]
    if not piece.isalpha():
        return piece
    if kind == 0:
        return ""
    if kind == 1:
        return piece * 2
    near = _NEAR.get(piece.lower(), piece)
    return near[at % len(near)]


class Encodings:
    """Tokens of examples, with their segments: first the clauses, then the labelled quotes."""

    def __init__(self, tokenizer: Tokenizer, bos: int, eos: int, pad: int) -> None:
        self._tokenizer = tokenizer
        self.pad, self._eos = pad, eos
        lead = tokenizer.encode(PREFIX, add_special_tokens=False).ids
        self._lead = [bos, *lead]
        size = tokenizer.get_vocab_size()
        self._spaced = np.array(
            [str(tokenizer.id_to_token(i)).startswith("▁") for i in range(size)]
        )

    def samples(
        self, examples: Sequence[Example], chosen: Sequence[int], rng: np.random.Generator | None
    ) -> list[Sample]:
        """Tokenise the chosen examples, with noise when `rng` is given."""
        texts, places = [], []
        for index in chosen:
            text = examples[index].text
            made, moved = noisy(text, rng) if rng else (text, list(range(len(text) + 1)))
            texts.append(PREFIX + made)
            places.append(moved)
        found = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        skip = len(self._lead) - 1
        return [
            self._sample(
                index,
                examples[index],
                np.array(encoding.ids[skip:], dtype=np.int64),
                np.array(encoding.offsets[skip:], dtype=np.int64).reshape(-1, 2) - len(PREFIX),
                np.asarray(moved, dtype=np.int64),
            )
            for index, encoding, moved in zip(chosen, found, places, strict=True)
        ]

    def _sample(
        self,
        index: int,
        example: Example,
        ids: np.ndarray,
        offsets: np.ndarray,
        places: np.ndarray,
    ) -> Sample:
        start, end = np.maximum(offsets, 0).T
        start = start + (self._spaced[ids] & (end - start > 1))
        kept = min(len(ids), MOST_TOKENS)
        bounds = places[np.asarray(segments_of(example), dtype=np.int64).reshape(-1, 2)]
        first = np.searchsorted(end, bounds[:, 0], side="right")
        last = np.searchsorted(start, bounds[:, 1], side="left")
        rows = np.flatnonzero((first < last) & (last <= kept))
        lead = len(self._lead)
        return Sample(
            index,
            [*self._lead, *ids[:kept].tolist(), self._eos],
            [(int(first[r]) + lead, int(last[r]) + lead) for r in rows],
            rows.tolist(),
        )


def segments_of(example: Example) -> list[tuple[int, int]]:
    """Clauses of an example, then its labelled quotes."""
    return [*example.clauses, *((i.start, i.end) for i in example.insights or ())]


def inputs_of(samples: Sequence[Sample], examples: Sequence[Example], pad: int) -> Inputs:
    """A batch of tokenised examples as tensors."""
    width = max(len(sample.ids) for sample in samples)
    ids = torch.full((len(samples), width), pad, dtype=torch.int64)
    mask = torch.zeros((len(samples), width), dtype=torch.bool)
    owner, first, last, clause = [], [], [], []
    for at, sample in enumerate(samples):
        ids[at, : len(sample.ids)] = torch.tensor(sample.ids)
        mask[at, : len(sample.ids)] = True
        clauses = len(examples[sample.index].clauses)
        for (begin, end), row in zip(sample.spans, sample.rows, strict=True):
            owner.append(at)
            first.append(begin)
            last.append(end)
            clause.append(row < clauses)
    return Inputs(
        ids,
        mask,
        torch.tensor(owner, dtype=torch.int64),
        torch.tensor(first, dtype=torch.int64),
        torch.tensor(last, dtype=torch.int64),
        torch.tensor(clause, dtype=torch.bool),
    )


class Labels:
    """Targets of examples, worked out once: allowed labels of every message and segment."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.index = {
            task: {code: i for i, code in enumerate(labels_of(task))}
            for task in (*MESSAGE_TASKS, *SEGMENT_TASKS)
            if task != "emotions"
        }
        self._messages = [self._message(example) for example in examples]
        self._segments = [self._segment_rows(example) for example in examples]
        self._examples = examples

    def _message(self, example: Example) -> dict[str, set[int]]:
        return {
            task: {self.index[task][code] for code in allowed(code_or_codes)}
            for task, code_or_codes in example.labels.items()
        }

    def _segment_rows(self, example: Example) -> list[dict[str, int]]:
        if example.insights is None:
            return [{} for _ in example.clauses]
        if any("polarity" not in insight.labels for insight in example.insights):
            # A public set: what it says of the whole text says nothing of its clauses.
            quotes = [self._codes(insight.labels) for insight in example.insights]
            return [*({} for _ in example.clauses), *quotes]
        best = [best_insight(clause, example.insights) for clause in example.clauses]
        main = main_clauses(example.clauses, best, example.insights)
        rows: list[dict[str, int]] = []
        for position, found in enumerate(best):
            labels = self._codes(example.insights[found].labels) if found >= 0 else {}
            rows.append({**labels, "insight": int(position in main)})
        rows += [self._codes(insight.labels) for insight in example.insights]
        return rows

    def _codes(self, labels: object) -> dict[str, int]:
        return {task: self.index[task][code] for task, code in dict(labels).items()}  # type: ignore[call-overload]

    def counts(self, task: str) -> np.ndarray:
        """Weighted number of rows of each label, float64 (labels,)."""
        made = np.zeros(len(self.index[task]))
        for example, message, segments in zip(
            self._examples, self._messages, self._segments, strict=True
        ):
            if task in MESSAGE_TASKS and len(message.get(task, ())) == 1:
                made[next(iter(message[task]))] += example.weight
            for row in segments if task in SEGMENT_TASKS else ():
                if task in row:
                    made[row[task]] += example.weight
        return made

    def targets(self, samples: Sequence[Sample]) -> Targets:
        """Targets of a batch, row for row as `inputs_of` makes it."""
        rows = [self._segments[sample.index][row] for sample in samples for row in sample.rows]
        one = {}
        for task, index in self.index.items():
            if task in SEGMENT_TASKS:
                made = torch.zeros((len(rows), len(index)), dtype=torch.bool)
                for at, row in enumerate(rows):
                    if task in row:
                        made[at, row[task]] = True
            else:
                made = torch.zeros((len(samples), len(index)), dtype=torch.bool)
                for at, sample in enumerate(samples):
                    for code in self._messages[sample.index].get(task, ()):
                        made[at, code] = True
            one[task] = made
        own = [self._examples[sample.index] for sample in samples]
        emotions = torch.tensor([[float(e.emotions.get(x, False)) for x in EMOTIONS] for e in own])
        known = torch.tensor([[x in e.emotions for x in EMOTIONS] for e in own])
        weight = torch.tensor([e.weight for e in own], dtype=torch.float32)
        return Targets(one, emotions, known, weight)


def allowed(code: Code | frozenset[Code]) -> frozenset[Code]:
    """Labels that a public set leaves open: one code, or several of which one is right."""
    return code if isinstance(code, frozenset) else frozenset((code,))


def shuffled(samples: Sequence[Sample], rng: np.random.Generator) -> Iterator[list[Sample]]:
    """Batches of examples of like length, in random order."""
    order = rng.permutation(len(samples))
    batches: list[list[Sample]] = []
    for first in range(0, len(order), MOST_IN_BATCH * 40):
        part = sorted(
            (samples[i] for i in order[first : first + MOST_IN_BATCH * 40]),
            key=lambda sample: len(sample.ids),
        )
        batch: list[Sample] = []
        for sample in part:
            full = len(batch) >= MOST_IN_BATCH
            if batch and (full or len(sample.ids) * (len(batch) + 1) > _PADDED_TOKENS):
                batches.append(batch)
                batch = []
            batch.append(sample)
        batches.append(batch)
    for at in rng.permutation(len(batches)).tolist():
        yield batches[at]
