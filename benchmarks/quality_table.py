"""The quality report as Markdown, for the terminal, the documentation and the model card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

READING = """
## How to read it

- Macro-F1 gives a label of eight messages the weight of one of four hundred: look at the interval
  and at the worst label before comparing two figures. Accuracy is what a reader meets message by
  message.
- `majority` always says the most frequent training label. `TF-IDF + LR` is a balanced logistic
  regression on words and pieces of words, trained on the same messages: what an afternoon without
  vectors gives. `effort` and `urgent` are told by words, and there the heads are no better than it.
- `gold` holds tweets to a bank, product and hotel reviews, public complaints and tweets to
  companies. Product reviews and OpeNER's hotel opinions come from sources that trained nothing.
- `brighter-es-test` is general social media, not customers. In `marc-es-dev` a rating stands in
  for sentiment: two stars count as negative and three as neutral, whatever the words say.
- `insight` asks of every clause whether it makes a point of its own. Its threshold is chosen to
  find points (F1 of "makes one"), not for macro-F1, and a point of two clauses counts for one of
  them only; the tables end to end say what comes of it, labels included.
- Labels are machine-assisted annotation; the card of the heads says how much two readings agree.
"""
"""What stands below the tables in `docs/quality.md`."""


def to_markdown(report: Mapping[str, Any]) -> str:
    """Tables of a report as `benchmarks/quality.py --json` writes it."""
    facts = report["facts"]
    lines = [
        "# Quality on development data",
        "",
        f"{facts['messages']} messages and {facts['insights']} insights of `dev/gold.jsonl`, "
        f"{facts['date']}, `python benchmarks/quality.py`. Macro-F1 over the labels that occur; "
        "in brackets the 95% interval of 1,000 bootstrap samples of messages. Segment heads are "
        "judged on the labelled quotes. Thresholds were chosen on these data, so expect less on "
        "other data.",
        "",
        "| head | data | n | macro-F1 | accuracy | worst label (F1, n) | majority | TF-IDF + LR |",
        "|---|---|--:|---|--:|---|--:|--:|",
    ]
    lines += [_head_row(row) for row in report["heads"]]
    lines += ["", "## Insights end to end", ""]
    lines += [
        "A predicted insight is right when its quote matches a labelled one and the label agrees: "
        "`sign` is polarity's sign, `all` the five labels together.",
    ]
    for rule, scores in report["insights"].items():
        lines += [
            "",
            f"Quotes match by: {rule}. "
            f"{scores[0]['predicted']} predicted, {scores[0]['gold']} labelled.",
            "",
            "| what must agree | precision | recall | F1 |",
            "|---|--:|--:|---|",
        ]
        lines += [
            f"| {s['match']} | {s['precision']:.3f} | {s['recall']:.3f} "
            f"| {s['f1']:.3f} [{s['low']:.3f}, {s['high']:.3f}] |"
            for s in scores
        ]
    return "\n".join(lines) + "\n"


def _head_row(row: Mapping[str, Any]) -> str:
    score = row["score"]
    baselines = [f"{row[name]['f1']:.3f}" if row[name] else "" for name in ("majority", "tfidf")]
    return (
        f"| {row['task']} | {row['data']} | {score['n']} "
        f"| {score['f1']:.3f} [{score['low']:.3f}, {score['high']:.3f}] "
        f"| {score['accuracy']:.3f} "
        f"| {score['worst']} ({score['worst_f1']:.2f}, {score['worst_n']}) "
        f"| {baselines[0]} | {baselines[1]} |"
    )
