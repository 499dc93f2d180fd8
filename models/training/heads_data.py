"""Labelled messages for the heads: the project's own corpus, real posts and public sets.

Every reader yields `Example`; a label that a set does not carry is absent, never guessed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vocmine.spans import Span, closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Code = str | int
OWN_CORPUS = Path(__file__).resolve().parents[1] / "corpus"
"""Messages written for vocmine where errors showed what was missing: sources `own/…`."""
INSIGHT_TASKS = ("polarity", "friction", "stage", "pyramid", "touchpoint")
MESSAGE_TASKS = ("pqrs", "sentiment", "effort", "churn", "recommend", "urgent")
EMOTIONS = (
    "anger",
    "frustration",
    "disappointment",
    "sadness",
    "fear",
    "disgust",
    "confusion",
    "surprise",
    "joy",
    "gratitude",
    "trust",
)


@dataclass(frozen=True, slots=True)
class GoldInsight:
    """One labelled point: characters `start` to `end` of the message and a code per task."""

    start: int
    end: int
    labels: Mapping[str, Code]


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled message.

    Args:
        source: Data set it comes from; weights and out-of-source checks go by it.
        labels: Code of each message task that the set carries, or the codes it leaves open.
        emotions: Whether each emotion is expressed; emotions that the set ignores are absent.
        insights: Labelled points, or None when the set has none to offer.
        clauses: Spans the segmenter found, filled in before encoding.
    """

    text: str
    lang: str
    source: str
    labels: Mapping[str, Code | frozenset[Code]] = field(default_factory=dict)
    emotions: Mapping[str, bool] = field(default_factory=dict)
    insights: tuple[GoldInsight, ...] | None = None
    clauses: tuple[Span, ...] = ()
    weight: float = 1.0


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Objects of a JSON Lines file, gzipped or not."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            yield json.loads(line)


def sha256_of(paths: Sequence[Path]) -> str:
    """SHA-256 of the files' bytes, one after the other in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def labelled_example(row: Mapping[str, Any], source: str, weight: float = 1.0) -> Example:
    """A row under the project's guidelines (corpus, real, gold) as an example."""
    text = str(row["text"])
    return Example(
        text=text,
        lang=str(row["lang"]),
        source=source,
        labels={task: row[task] for task in MESSAGE_TASKS},
        emotions={emotion: emotion in row["emotions"] for emotion in EMOTIONS},
        insights=tuple(
            GoldInsight(*locate(text, insight), {task: insight[task] for task in INSIGHT_TASKS})
            for insight in row["insights"]
        ),
        weight=weight,
    )


def locate(text: str, insight: Mapping[str, Any]) -> Span:
    """Offsets of an insight's quote in its message.

    Raises:
        ValueError: When the quote is not an exact substring, or its offsets do not hold it.
    """
    quote = str(insight["quote"])
    start = int(insight.get("start", text.find(quote)))
    if start < 0 or text[start : start + len(quote)] != quote:
        raise ValueError(f"The quote {quote!r} is not in the message {text[:60]!r}.")
    return start, start + len(quote)


def read_corpus(data: Path) -> list[Example]:
    """The project's own corpus; the source is the file, so that whole files can be held out."""
    return [
        labelled_example(row, f"{'own' if path.parent == OWN_CORPUS else 'corpus'}/{path.stem}")
        for path in corpus_files(data)
        for row in read_rows(path)
    ]


def corpus_files(data: Path) -> list[Path]:
    """Files of the corpus, by name: those of the data folder, then those of this repository."""
    return [*sorted((data / "corpus").glob("*.jsonl")), *sorted(OWN_CORPUS.glob("*.jsonl"))]


def read_real(data: Path, weight: float) -> list[Example]:
    """Real public posts labelled for the project."""
    return [
        labelled_example(row, str(row["source"]), weight)
        for row in read_rows(data / "train" / "real.jsonl")
    ]


def read_gold(data: Path) -> list[Example]:
    """The gold messages of `dev/`: for choosing and reporting, never for training."""
    return [
        labelled_example(row, str(row["source"])) for row in read_rows(data / "dev" / "gold.jsonl")
    ]


def normalised(text: str) -> str:
    """Text without case, accents, digits, user names, links and punctuation, to find copies."""
    text = re.sub(r"https?://\S+|@\w+", " ", text.casefold())
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(c if c.isalpha() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.split())


def shingles(text: str, size: int = 5) -> frozenset[str]:
    """Character 5-grams of the normalised text."""
    plain = normalised(text)
    return frozenset(plain[i : i + size] for i in range(max(len(plain) - size + 1, 1)))


class CopyFinder:
    """Finds copies and near-copies of a set of texts by character 5-grams.

    A text is a near-copy when at least `overlap` of the 5-grams of either are in the other
    (containment of the shorter), which also catches a quotation of a whole message.
    """

    def __init__(self, texts: Iterable[str], overlap: float = 0.8, least: int = 20) -> None:
        self._overlap = overlap
        self._least = least
        self._exact = set()
        self._sizes: list[int] = []
        self._postings: dict[str, list[int]] = {}
        for text in texts:
            self._exact.add(normalised(text))
            grams = shingles(text)
            for gram in grams:
                self._postings.setdefault(gram, []).append(len(self._sizes))
            self._sizes.append(len(grams))

    def is_copy(self, text: str) -> bool:
        """Whether the text equals one of the set after normalisation, or nearly so."""
        if normalised(text) in self._exact:
            return True
        grams = shingles(text)
        shared: dict[int, int] = {}
        for gram in grams:
            for index in self._postings.get(gram, ()):
                shared[index] = shared.get(index, 0) + 1
        # Short texts share most of their 5-grams by chance ("muchas gracias"): equality only.
        return any(
            min(len(grams), self._sizes[index]) >= self._least
            and count >= self._overlap * min(len(grams), self._sizes[index])
            for index, count in shared.items()
        )


def without_copies(examples: Sequence[Example], forbidden: CopyFinder) -> tuple[list[Example], int]:
    """Examples that are no copies of the forbidden texts, and how many were removed."""
    kept = [example for example in examples if not forbidden.is_copy(example.text)]
    return kept, len(examples) - len(kept)


def best_insight(clause: Span, insights: Sequence[GoldInsight]) -> int:
    """Index of the insight a clause stands for, -1 for none.

    That with the largest overlap, if it covers at least half of the shorter of the two.
    """
    return closest(clause, [(insight.start, insight.end) for insight in insights])


def with_clauses(examples: Sequence[Example], batch: int = 512) -> list[Example]:
    """The examples with the spans that `vocmine.segmentation` finds in each."""
    from vocmine.segmentation import segment

    made: list[Example] = []
    for first in range(0, len(examples), batch):
        part = examples[first : first + batch]
        found = segment([e.text for e in part], [e.lang for e in part])
        spans: list[list[Span]] = [[] for _ in part]
        for message, start, end in zip(
            found.message.tolist(), found.start.tolist(), found.end.tolist(), strict=True
        ):
            spans[message].append((start, end))
        made += [
            replace(example, clauses=tuple(own)) for example, own in zip(part, spans, strict=True)
        ]
    return made


def sample(examples: Sequence[Example], size: int, rng: np.random.Generator) -> list[Example]:
    """At most `size` examples, in their order."""
    if len(examples) <= size:
        return list(examples)
    chosen: npt.NDArray[np.int64] = np.sort(rng.choice(len(examples), size, replace=False))
    return [examples[i] for i in chosen.tolist()]
