"""The quality report as Markdown, for the terminal, the documentation and the model card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READING = """
## How to read it

- Macro-F1 gives a label of eight messages the weight of one of four hundred: look at the interval
  and at the worst label before comparing two figures. Accuracy is what a reader meets message by
  message.
- `majority` always says the most frequent training label. `TF-IDF + LR` is a balanced logistic
  regression on words and pieces of words, trained on the same messages: what an afternoon without
  vectors gives.
- ECE is the expected calibration error over ten bins of equal width: 0.05 means that confidence is
  five points off, on average.
- `gold` holds tweets to a bank, product and hotel reviews, public complaints and tweets to
  companies. Product reviews and OpeNER's hotel opinions come from sources that trained nothing.
- `sentiment_four` reads very negative as negative and very positive as positive; `polarity_sign` is
  the polarity of a quote as negative, neutral or positive.
- `brighter-es-test` is general social media, not customers. In `marc-es-dev` a rating stands in
  for sentiment: two stars count as negative, whatever the words say; `2-way` leaves three stars
  out and takes the likelier side, `2-way as told` counts a review called neutral or mixed as wrong.
- `insight` asks of every clause whether it makes a point of its own. Its threshold is chosen to
  find points (F1 of "makes one"), not for macro-F1, and a point of two clauses counts for one of
  them only; the tables end to end say what comes of it, labels included.
- Labels are machine-assisted annotation; the card of the heads says how much two readings agree.
"""
"""What stands below the tables in `docs/quality.md`."""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that a model should reach: of which row, and which of its figures."""

    name: str
    task: str
    measure: str
    reach: float | None
    data: str = "gold"


TARGETS = (
    Target("PQRS accuracy", "pqrs", "accuracy", 0.84),
    Target("PQRS macro-F1", "pqrs", "f1", 0.68),
    Target("four-way sentiment accuracy", "sentiment_four", "accuracy", 0.88),
    Target("polarity accuracy, sign", "polarity_sign", "accuracy", 0.94),
    Target("polarity accuracy, five degrees", "polarity", "accuracy", None),
    Target("friction accuracy", "friction", "accuracy", 0.76),
    Target("friction macro-F1", "friction", "f1", 0.60),
    Target("friction accuracy, 19 obstacles", "friction, obstacles", "accuracy", None),
    Target("friction macro-F1, 19 obstacles", "friction, obstacles", "f1", None),
    Target("stage accuracy", "stage", "accuracy", 0.81),
    Target("stage macro-F1", "stage", "f1", 0.60),
    Target("pyramid accuracy", "pyramid", "accuracy", 0.80),
    Target("touchpoint accuracy", "touchpoint", "accuracy", 0.78),
    Target("touchpoint macro-F1", "touchpoint", "f1", 0.62),
    Target("emotions micro-F1", "emotions", "micro_f1", 0.72),
    Target("emotions macro-F1", "emotions", "f1", 0.72, "brighter-es-test"),
    Target("two-way sentiment accuracy", "sentiment, 2-way", "accuracy", 0.94, "marc-es-dev"),
)
_ENDS = {
    "accuracy": ("accuracy_low", "accuracy_high"),
    "f1": ("low", "high"),
    "micro_f1": ("micro_low", "micro_high"),
}


def targets_table(models: Mapping[str, Mapping[str, Any]]) -> str:
    """The figures that were aimed at, of every model, beside the baselines."""
    first = next(iter(models.values()))
    facts = first["facts"]
    lines = [
        f"{facts['messages']} messages and {facts['insights']} insights of `dev/gold.jsonl`, "
        f"{facts['date']}, `python benchmarks/quality.py`; in brackets the 95% interval of 1,000 "
        "bootstrap samples of messages. Labels of insights are judged on the labelled quotes. "
        "Thresholds were chosen on these data, so expect less on other data.",
        "",
        f"| figure | data | reach | {' | '.join(models)} | majority | TF-IDF + LR |",
        f"|---|---|--:|{'---|' * len(models)}--:|--:|",
    ]
    for target in TARGETS:
        rows = [_row_of(report, target) for report in models.values()]
        if rows[0] is None:
            continue
        told = [_figure(row["score"], target) if row else "" for row in rows]
        plain = [
            f"{base[target.measure]:.3f}" if (base := rows[0][name]) else ""
            for name in ("majority", "tfidf")
        ]
        reach = f"{target.reach:.2f}" if target.reach else ""
        cells = [target.name, target.data, reach, *told, *plain]
        lines.append(f"| {' | '.join(cells)} |")
    found = [report["insights"]["half of the shorter"] for report in models.values()]
    recall = [_estimate(_match(one, "span")["recall"]) for one in found]
    per_gold = [_estimate(one["per_gold"]) for one in found]
    lines.append(f"| gold insights found | gold | 0.80 | {' | '.join(recall)} | | |")
    lines.append(
        f"| insights predicted per gold one | gold | ≤ 1.30 | {' | '.join(per_gold)} | | |"
    )
    return "\n".join(lines) + "\n"


def _row_of(report: Mapping[str, Any], target: Target) -> Mapping[str, Any] | None:
    for row in report["heads"]:
        if (row["task"], row["data"]) == (target.task, target.data):
            found: Mapping[str, Any] = row
            return found
    return None


def _figure(score: Mapping[str, Any], target: Target) -> str:
    low, high = _ENDS[target.measure]
    text = f"{score[target.measure]:.3f} [{score[low]:.3f}, {score[high]:.3f}]"
    missed = target.reach is not None and score[target.measure] < target.reach
    return text if missed or target.reach is None else f"**{text}**"


def _estimate(found: Mapping[str, float]) -> str:
    return f"{found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"


def _match(found: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    match: Mapping[str, Any] = next(m for m in found["matches"] if m["match"] == kind)
    return match


def to_markdown(report: Mapping[str, Any], model: str = "") -> str:
    """Tables of one model, of a report as `benchmarks/quality.py --json` writes it."""
    facts = report["facts"]
    of_model = f": `{model}`" if model else ""
    lines = [
        f"## Every head{of_model}",
        "",
        f"{facts['messages']} messages and {facts['insights']} insights of `dev/gold.jsonl`, on "
        "which thresholds were chosen, and sets of others. Macro-F1 over the labels that occur; in "
        "brackets the 95% interval.",
        "",
        "| head | data | n | macro-F1 | accuracy | ECE | worst label (F1, n) | majority "
        "| TF-IDF + LR |",
        "|---|---|--:|---|---|--:|---|--:|--:|",
    ]
    lines += [_head_row(row) for row in report["heads"]]
    lines += [
        "",
        f"## Insights end to end{of_model}",
        "",
        "A predicted insight is right when its quote matches a labelled one and the label agrees: "
        "`sign` is polarity's sign, `all` the five labels together.",
    ]
    for rule, found in report["insights"].items():
        lines += [
            "",
            f"Quotes match by: {rule}. {found['predicted']} predicted, {found['gold']} labelled.",
            "",
            "| what must agree | precision | recall | F1 |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {m['match']} | {_estimate(m['precision'])} | {_estimate(m['recall'])} "
            f"| {_estimate(m['f1'])} |"
            for m in found["matches"]
        ]
    return "\n".join(lines) + "\n"


def _head_row(row: Mapping[str, Any]) -> str:
    score = row["score"]
    baselines = [f"{row[name]['f1']:.3f}" if row[name] else "" for name in ("majority", "tfidf")]
    ece = f"{score['ece']:.3f}" if score["ece"] is not None else ""
    return (
        f"| {row['task']} | {row['data']} | {score['n']} "
        f"| {score['f1']:.3f} [{score['low']:.3f}, {score['high']:.3f}] "
        f"| {score['accuracy']:.3f} [{score['accuracy_low']:.3f}, {score['accuracy_high']:.3f}] "
        f"| {ece} | {score['worst']} ({score['worst_f1']:.2f}, {score['worst_n']}) "
        f"| {baselines[0]} | {baselines[1]} |"
    )


def peers_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Sentiment beside other libraries, as Markdown."""
    lines = [
        "## Sentiment beside other libraries",
        "",
        "On gold messages of a language, and on reviews of 1-2 or 4-5 stars (`marc`). Two-way: "
        "negative or positive messages only, where neutral is an error. None of the others says "
        "`mixed`.",
        "",
        "| system | data | n | four-way accuracy | macro-F1 | two-way accuracy |",
        "|---|---|--:|---|---|---|",
    ]
    for row in rows:
        if "problem" in row:
            lines.append(f"| {row['system']} | does not run here: {row['problem']} | | | | |")
            continue
        four, f1, two = (_estimate(row[k]) for k in ("four_way", "macro_f1", "two_way"))
        lines.append(f"| {row['system']} | {row['data']} | {row['n']} | {four} | {f1} | {two} |")
    return "\n".join(lines) + "\n"
