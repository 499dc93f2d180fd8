"""The quality report as Markdown, for the terminal, the documentation and the model card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


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
