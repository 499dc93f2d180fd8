"""What rounding to 8 bits costs: a model on its encoder, and on the float graph of that encoder.

    python models/training/build_encoder.py --data DIR --tuned RUN --precision float --output FLOAT
    python benchmarks/precision.py --data DIR --float FLOAT/voc_encoder/2.0.0 [--model voc-fast]

Both read the same heads; points are hundredths of the gold messages' accuracy (of emotions, F1).
"""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "models" / "training")]

from heads_data import read_gold
from quality import Row, score_gold
from quality_data import judge

from vocmine.encoder import OnnxEncoder
from vocmine.models import load_model


def main() -> None:
    """Print accuracy of both and the difference, as a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--float", type=Path, required=True, help="folder of the float encoder")
    parser.add_argument("--model", default="voc")
    options = parser.parse_args()
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    model = load_model(options.model)
    gold = read_gold(Path(options.data))
    ours, exact = (
        score_gold(model.heads, judge(encoder, gold)).heads
        for encoder in (model.encoder, OnnxEncoder(options.float))
    )
    print(f"| `{options.model}` | float | 8 bits | points lost |\n|---|--:|--:|--:|")
    lost = []
    for row, reference in zip(ours, exact, strict=True):
        now, before = _measure(row), _measure(reference)
        lost.append(100 * (before - now))
        print(f"| {row.task} | {before:.3f} | {now:.3f} | {lost[-1]:+.1f} |")
    print(f"| mean | | | {sum(lost) / len(lost):+.2f} |")


def _measure(row: Row) -> float:
    if row.task != "emotions":
        return row.score.accuracy
    assert row.score.micro_f1 is not None
    return row.score.micro_f1


if __name__ == "__main__":
    main()
