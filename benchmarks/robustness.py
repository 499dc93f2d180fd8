"""Messages as people type them: without accents, in capitals, with slips of the finger.

The quotes move with their words, so that the same labels are asked of the same places.
"""

from __future__ import annotations

import random
import string
import unicodedata
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from quality_data import judge

from vocmine.evaluation import evaluate, tasks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from heads_data import Example

    from vocmine.evaluation import Evaluation
    from vocmine.heads import Heads
    from vocmine.plugin import Encoder

NOISE = 0.05
"""Share of letters that a slip befalls."""
SEED = 20260101
MOST = 0.03
"""A model that is robust loses less than this."""


def without_accents(text: str, _: random.Random) -> list[str]:
    """Each character without its accent: `ñ` is `n`."""
    return [_bare(character) for character in text]


def _bare(character: str) -> str:
    kept = [c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c)]
    return "".join(kept) or character


def upper_case(text: str, _: random.Random) -> list[str]:
    """Each character in capitals."""
    return [character.upper() for character in text]


def with_slips(text: str, rng: random.Random) -> list[str]:
    """Each character, five letters in a hundred with a slip.

    One of four, as likely as each other: another letter in its place, none, a letter after it, or
    the letter that follows before it.
    """
    made = list(text)
    for index, character in enumerate(text):
        if not character.isalpha() or made[index] != character or rng.random() >= NOISE:
            continue
        kind, letter = rng.randrange(4), rng.choice(string.ascii_lowercase)
        follower = text[index + 1 : index + 2]
        if kind == 3 and follower.isalpha():
            made[index : index + 2] = [follower, character]
        else:
            made[index] = ("", letter, character + letter)[kind % 3]
    return made


CHANGES: Mapping[str, Callable[[str, random.Random], list[str]]] = {
    "no accents": without_accents,
    "upper case": upper_case,
    "5% slips": with_slips,
}
"""Name to what becomes of each character of a text."""


def changed(example: Example, change: Callable[[str, random.Random], list[str]]) -> Example:
    """A labelled message whose text is changed, with its quotes where their words went."""
    # Seeded by the text: the same slips whatever else is judged.
    pieces = change(example.text, random.Random(f"{SEED}{example.text}"))
    at = [0, *accumulate(map(len, pieces))]
    insights = tuple(replace(i, start=at[i.start], end=at[i.end]) for i in example.insights or ())
    return replace(example, text="".join(pieces), insights=insights, clauses=())


@dataclass(frozen=True, slots=True)
class Drop:
    """Accuracy of one task (micro-F1 of emotions) on messages as they are, and changed."""

    task: str
    clean: float
    after: dict[str, float]


def robustness(encoder: Encoder, heads: Heads, examples: Sequence[Example]) -> list[Drop]:
    """Accuracy of every task and share of gold insights found, clean and after each change."""
    clean = _shares(encoder, heads, examples)
    after = {
        name: _shares(encoder, heads, [changed(example, change) for example in examples])
        for name, change in CHANGES.items()
    }
    return [
        Drop(task, share, {name: shares[task] for name, shares in after.items()})
        for task, share in clean.items()
    ]


def _shares(encoder: Encoder, heads: Heads, examples: Sequence[Example]) -> dict[str, float]:
    gold = judge(encoder, examples)
    found: Evaluation = evaluate(gold.messages, gold.predictions(heads), tasks_of(heads))
    shares = {task.name: (task.score.micro_f1 or task.score.accuracy).value for task in found.tasks}
    assert found.end_to_end is not None
    return shares | {"insights found": found.end_to_end.matches[0].recall.value}


def robustness_table(found: Mapping[str, Sequence[Drop]]) -> str:
    """Points lost by each model on each kind of change, as Markdown."""
    lines = [
        "## Robustness",
        "",
        "Points of accuracy lost (micro-F1 of emotions; share of gold insights found) on the gold "
        f"messages without accents, in capitals, and with a slip in {NOISE:.0%} of the letters "
        f"(seed {SEED}). **Bold**: {MOST * 100:.0f} points or more.",
        "",
        f"| model | task | clean | {' | '.join(CHANGES)} |",
        f"|---|---|--:|{'--:|' * len(CHANGES)}",
    ]
    for model, drops in found.items():
        for drop in drops:
            lost = [drop.clean - drop.after[name] for name in CHANGES]
            told = [f"**{v * 100:.1f}**" if v >= MOST else f"{v * 100:.1f}" for v in lost]
            lines.append(f"| {model} | {drop.task} | {drop.clean:.3f} | {' | '.join(told)} |")
    return "\n".join(lines) + "\n"
