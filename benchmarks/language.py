"""How often the language of a message is identified right, and how fast.

python benchmarks/language.py --data DIR [--json FILE]

Reads the messages under DIR (or $VOCMINE_DATA) that carry their language: `corpus/*.jsonl`,
`train/real.jsonl` and `dev/gold.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from vocmine.language import has_words, identify

PATTERNS = ("corpus/*.jsonl", "train/real.jsonl", "dev/gold.jsonl")
RUNS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("VOCMINE_DATA", ""))
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    files = [path for pattern in PATTERNS for path in sorted(Path(options.data).glob(pattern))]
    if not options.data or not files:
        print(
            f"no messages in {options.data!r}: give --data DIR or set VOCMINE_DATA", file=sys.stderr
        )
        return 2
    rows = [json.loads(line) for path in files for line in path.open(encoding="utf-8")]
    rows = [row for row in rows if has_words(row["text"])]
    texts = [row["text"] for row in rows]
    found = identify(texts)
    result: dict[str, Any] = {"benchmark": "language"}
    for lang in ("es", "pt", "en"):
        answers = Counter(
            answer for answer, row in zip(found, rows, strict=True) if row["lang"] == lang
        )
        result[lang] = {
            "messages": answers.total(),
            "right": answers[lang] / answers.total(),
            "other": answers["other"] / answers.total(),
        }
    result["right"] = statistics.fmean(
        answer == row["lang"] for answer, row in zip(found, rows, strict=True)
    )
    result["other"] = statistics.fmean(answer == "other" for answer in found)
    result["per_second"] = rates(texts)
    for name, value in result.items():
        print(f"{name:12}{value}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def rates(texts: list[str]) -> dict[str, int]:
    """Texts per second of processor time: median and range of five runs."""
    found = []
    for _ in range(RUNS):
        begun = time.process_time()
        identify(texts)
        found.append(len(texts) / (time.process_time() - begun))
    return {
        "median": round(statistics.median(found)),
        "slowest": round(min(found)),
        "fastest": round(max(found)),
    }


if __name__ == "__main__":
    sys.exit(main())
