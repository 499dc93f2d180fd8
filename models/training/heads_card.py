"""The card of voc-heads, generated from its `meta.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quality_table import to_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping

_INTRO = """# {name} {version}

Small classifiers on the {vectors} vectors of {encoder} and on words: PQRS kind, sentiment,
emotions, effort, churn, recommendation and urgency of a message; whether a clause makes a point,
and its polarity, friction, journey stage, pyramid level and touchpoint. Spanish first, with
Portuguese and English.

| | |
|---|---|
| licence | {licence} |
| encoder | {encoder}, fingerprint `{fingerprint}` |
| fits vocmine | {vocmine} |
| trained | {date}, `{command}`, seed {seed} |
| size | {size} bytes |
"""

_LABELS = """
## Labels and how they were made
The corpus, the real posts and the gold messages were labelled by **machine-assisted annotation**:
careful model-assisted reading under written guidelines. 150 messages were labelled twice,
independently; Cohen's kappa: PQRS 0.94, sentiment 0.82 (four-way 0.98), effort 0.88; per aligned
insight friction 0.92, stage 0.83, pyramid 0.81, touchpoint 0.90, polarity sign 0.99. The
annotators share a model, so this overstates agreement between people.

Known soft spots of the labels: claim or grievance; talk between users (none, claim or
compliment); stage of price and waiting; pyramid of location, comfort and queues; stage `unknown`.

## Limits
- Labels are read from vectors of one small encoder: irony, long mixed messages and rare frictions
  are where it errs most; the table names the worst label of every head.
- Rare labels (see n in the table) have wide intervals: compare intervals, not points.
- `gold` shares four of its six sources with the real training posts; product reviews and hotel
  opinions of OpeNER are the sources it had never seen (the corpus holds reviews that were written).
- Confidences are calibrated by one temperature per head, on {held_out}.
- Do not use it to judge single people: it describes what messages say.
"""


_RULES = """
## Rules
Share of the words in a head, and what its rule reaches on messages that it was not chosen on (five
folds of the held-out messages): the table below is of rules chosen on all of them.

| head | held-out rows | words | accuracy | macro-F1 |
|---|--:|--:|--:|--:|
"""


def _rules(recipes: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        f"| {task} | {r['held_out']} | {r['words_share']:.1f} | {r['unseen_accuracy']:.3f} "
        f"| {r['unseen_macro_f1']:.3f} |"
        for task, r in recipes.items()
        if "unseen_accuracy" in r
    ]
    emotions = recipes["emotions"]
    rows.append(
        f"| emotions | {emotions['held_out']} | {emotions['words_share']:.1f} "
        f"| micro-F1 {emotions['unseen_micro_f1']:.3f} | |"
    )
    return _RULES + "\n".join(rows) + "\n"


def card(meta: Mapping[str, Any]) -> str:
    """The card as Markdown; the quality table is there once `metrics` are."""
    training = meta["training"]
    text = _INTRO.format(
        vectors="tuned" if training["tuned"] else "frozen",
        name=meta["name"],
        version=meta["version"],
        encoder=meta["encoder"]["name"],
        fingerprint=meta["encoder"]["fingerprint"][:16],
        licence=meta["licence"],
        vocmine=meta["vocmine"],
        date=training["date"],
        command=training["command"],
        seed=training["seed"],
        size=sum(entry["bytes"] for entry in meta["files"].values()),
    )
    text += "\n## Training data\n| set | licence | role | rows | used | sha256 |\n"
    text += "|---|---|---|--:|--:|---|\n"
    text += "".join(
        f"| {s['name']} | {s['licence']} | {s['role']} | {s['rows']} | {s['used']} "
        f"| `{s['sha256'][:16]}` |\n"
        for s in training["sources"]
    )
    text += (
        f"\n{training['copies_of_dev_removed']} training messages were left out because they copy "
        f"one of `dev/` (equal text, or 80% of the character 5-grams of the shorter), "
        f"{training['repeats_removed']} public ones because a better labelled set has them. "
        "The weights hold no text: words are kept as checksums. "
        "Attribution: BRIGHTER (SemEval-2025 task 11), GoEmotions "
        "(Google), XCI complaints, Bitext, Banking77 (PolyAI), as far as the table lists them; "
        "real posts come from tweets to a bank, hotel reviews, public complaints and tweets to "
        "companies.\n"
    )
    text += _LABELS.format(
        held_out="the gold messages of dev" if training["tuned"] else "dev and held-out real posts"
    )
    text += _rules(training["recipes"])
    if "metrics" in meta:
        text += "\n#" + to_markdown(meta["metrics"]).replace("\n## ", "\n### ")
    return text
