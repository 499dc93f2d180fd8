"""Which sets train the heads, with what weight, and what was left out as a copy of `dev/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from heads_data import (
    CopyFinder,
    Example,
    corpus_files,
    normalised,
    read_corpus,
    read_gold,
    read_real,
    read_rows,
    sample,
    sha256_of,
    without_copies,
)
from heads_public import (
    banking77_example,
    bitext_example,
    brighter_example,
    goemotions_example,
    read_public,
    xci_example,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

REAL_WEIGHT = 2.0
OWN_LICENCE = "Apache-2.0 (the project's own writing)"
REAL_LICENCE = "posts without licence, or MIT repository"


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A public set: where it is, how a row is read, its weight, at most how many rows, licence."""

    file: str
    make: Callable[[Mapping[str, Any], float], Example | None]
    weight: float
    rows: int
    licence: str
    role: str


PUBLIC = {
    "brighter-es": PublicSet(
        "brighter-es.jsonl.gz", brighter_example, 0.5, 3000, "CC-BY-4.0", "emotions, Ekman six"
    ),
    "brighter-pt": PublicSet(
        "brighter-pt.jsonl.gz", brighter_example, 0.3, 3000, "CC-BY-4.0", "emotions, Ekman six"
    ),
    "brighter-en": PublicSet(
        "brighter-en.jsonl.gz",
        brighter_example,
        0.2,
        1500,
        "CC-BY-4.0",
        "emotions, Ekman six without disgust",
    ),
    "goemotions-en": PublicSet(
        "goemotions-en.jsonl.gz",
        goemotions_example,
        0.2,
        6000,
        "Apache-2.0 and CC-BY-4.0",
        "emotions, mapped",
    ),
    "xci-complaints-en": PublicSet(
        "xci-complaints-en.jsonl.gz", xci_example, 0.2, 1000, "MIT", "complaints as PQRS claim"
    ),
    "bitext-support-en": PublicSet(
        "bitext-support-en.jsonl.gz",
        bitext_example,
        0.1,
        600,
        "CDLA-Sharing-1.0",
        "intents as PQRS kind",
    ),
    "banking77-en": PublicSet(
        "banking77-en.jsonl.gz",
        banking77_example,
        0.1,
        300,
        "CC-BY-4.0",
        "questions as PQRS inquiry",
    ),
}


@dataclass(slots=True)
class TrainingSet:
    """Examples to learn from, and what the card says about them.

    Args:
        sources: For each set: licence, role, rows read and kept, sha256 of its files.
        copies: Examples left out because they copy a message of `dev/`.
        repeats: Public examples left out because a better labelled set has them.
    """

    examples: list[Example] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    copies: int = 0
    repeats: int = 0


def read_training_set(data: Path, *, public: Sequence[str], seed: int) -> TrainingSet:
    """Read the sets, without copies of any message in `dev/`.

    Args:
        data: The data folder.
        public: Names of `PUBLIC` to include.
        seed: Of the samples of large public sets.
    """
    made = TrainingSet()
    forbidden = CopyFinder(dev_texts(data))
    corpus = corpus_files(data)
    real = data / "train" / "real.jsonl"
    own = [
        ("corpus", read_corpus(data), corpus, OWN_LICENCE),
        ("real", read_real(data, REAL_WEIGHT), [real], REAL_LICENCE),
    ]
    for name, examples, paths, licence in own:
        kept, copies = without_copies(examples, forbidden)
        made.examples += kept
        made.copies += copies
        made.sources.append(
            _source(name, licence, "all labels", len(examples), len(kept), sha256_of(paths))
        )
    known = {normalised(example.text) for example in made.examples}
    for name in public:
        _add_public(made, data, name, known, forbidden, np.random.default_rng(seed))
    return made


def _add_public(
    made: TrainingSet,
    data: Path,
    name: str,
    known: set[str],
    forbidden: CopyFinder,
    rng: np.random.Generator,
) -> None:
    chosen = PUBLIC[name]
    path = data / "train" / chosen.file
    examples = read_public(path, chosen.make, chosen.weight)
    fresh = [example for example in examples if normalised(example.text) not in known]
    made.repeats += len(examples) - len(fresh)
    kept, copies = without_copies(sample(fresh, chosen.rows, rng), forbidden)
    made.copies += copies
    made.examples += kept
    known.update(normalised(example.text) for example in kept)
    made.sources.append(
        _source(name, chosen.licence, chosen.role, len(examples), len(kept), sha256_of([path]))
    )


def dev_texts(data: Path) -> list[str]:
    """Every message that results are reported on."""
    texts = [example.text for example in read_gold(data)]
    for name in ("brighter-es-test", "marc-es-dev", "banking77-en-test"):
        texts += [str(row["text"]) for row in read_rows(data / "dev" / f"{name}.jsonl.gz")]
    return texts


def _source(
    name: str, licence: str, role: str, read: int, kept: int, digest: str
) -> dict[str, Any]:
    return {
        "name": name,
        "licence": licence,
        "role": role,
        "rows": read,
        "used": kept,
        "sha256": digest,
    }
