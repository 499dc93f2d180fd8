"""How well segments match the points people marked, and how fast they are found.

python benchmarks/segmentation.py --data DIR [--set train|dev] [--json FILE]

Reads `train/real.jsonl` (on which the rules were chosen) or `dev/gold.jsonl` (on which they are
checked) under DIR, or under $VOCMINE_DATA.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vocmine.segmentation import SEGMENTER_VERSION, Segments, segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SETS = {"train": "train/real.jsonl", "dev": "dev/gold.jsonl"}
WORDS_PER_MESSAGE = 25
RUNS = 5

Span = tuple[int, int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("VOCMINE_DATA", ""))
    parser.add_argument("--set", choices=sorted(SETS), default="dev")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--speed-messages", type=int, default=20_000)
    options = parser.parse_args()
    path = Path(options.data) / SETS[options.set]
    if not options.data or not path.is_file():
        print(f"no {path}: give --data DIR or set VOCMINE_DATA", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    result: dict[str, Any] = {
        "benchmark": "segmentation",
        "version": SEGMENTER_VERSION,
        "set": options.set,
        "machine": f"{platform.machine()}, {os.cpu_count()} CPUs",
        "python": platform.python_version(),
        "all": quality(rows),
    }
    for lang in ("es", "pt", "en"):
        result[lang] = quality([row for row in rows if row["lang"] == lang])
    result["speed"] = speed([row["text"] for row in rows if row["lang"] == "es"], options)
    print_tables(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def quality(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Figures of the agreement between segments and marked insights; see `print_tables`."""
    found = segment([row["text"] for row in rows], [row["lang"] for row in rows])
    matched = own = pieces = 0
    crowded = segments = touching = 0
    ious: list[float] = []
    words: list[int] = []
    for row, spans in zip(rows, spans_of(found, len(rows)), strict=True):
        gold = [(insight["start"], insight["end"]) for insight in row["insights"]]
        held = [sum(2 * common(span, point) >= length(point) for point in gold) for span in spans]
        crowded += sum(count > 1 for count in held)
        segments += len(spans)
        touching += sum(
            any(2 * common(span, point) >= min(length(span), length(point)) for point in gold)
            for span in spans
        )
        words += [len(row["text"][start:end].split()) for start, end in spans]
        for point in gold:
            ious.append(max((iou(span, point) for span in spans), default=0.0))
            matched += any(
                2 * common(span, point) >= min(length(span), length(point)) for span in spans
            )
            pieces += sum(4 * common(span, point) >= length(point) for span in spans)
            own += any(
                count == 1 and 2 * common(span, point) >= length(point)
                for span, count in zip(spans, held, strict=True)
            )
    points = len(ious)
    found_well = sum(value >= 0.5 for value in ious)
    return {
        "insights": points,
        "segments": segments,
        "own": own / points,
        "iou50": found_well / points,
        "f1": 2 * found_well / (points + touching),
        "mean_iou": statistics.fmean(ious),
        "overlap_half": matched / points,
        "crowded": crowded / segments,
        "pieces": pieces / points,
        "median_words": statistics.median(words),
        "within_3_25": sum(3 <= count <= 25 for count in words) / segments,
        "over_25": sum(count > 25 for count in words) / segments,
    }


def spans_of(found: Segments, messages: int) -> Iterator[list[Span]]:
    """The segments of each message."""
    owner = found.message.tolist()
    spans = list(zip(found.start.tolist(), found.end.tolist(), strict=True))
    for message in range(messages):
        yield spans[bisect_left(owner, message) : bisect_left(owner, message + 1)]


def length(span: Span) -> int:
    return span[1] - span[0]


def common(one: Span, other: Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def iou(one: Span, other: Span) -> float:
    shared = common(one, other)
    return shared / (length(one) + length(other) - shared)


def speed(texts: Sequence[str], options: argparse.Namespace) -> dict[str, float]:
    """Messages of about 25 words per second of processor time: median and range of five runs."""
    words = " ".join(texts).split(" ")
    messages = [
        " ".join(words[start : start + WORDS_PER_MESSAGE])
        for start in range(0, len(words) - WORDS_PER_MESSAGE, WORDS_PER_MESSAGE)
    ]
    messages = (messages * (options.speed_messages // len(messages) + 1))[: options.speed_messages]
    langs = ["es"] * len(messages)
    segment(messages[:2000], langs[:2000])
    rates = []
    for _ in range(RUNS):
        begun = time.process_time()
        segment(messages, langs)
        rates.append(len(messages) / (time.process_time() - begun))
    return {
        "messages": len(messages),
        "per_second": round(statistics.median(rates)),
        "slowest": round(min(rates)),
        "fastest": round(max(rates)),
    }


FIGURES = {
    "own": "insights with a segment of their own (half covered, no other insight in it)",
    "iou50": "insights with a segment of IoU >= 0.5",
    "f1": "F1 of the same: segments that touch no insight are left aside",
    "mean_iou": "mean IoU of the best segment",
    "overlap_half": "insights that share half of the shorter with some segment",
    "crowded": "segments that hold more than one insight (under-splitting)",
    "pieces": "segments per insight (over-splitting above 1)",
    "median_words": "median words per segment",
    "within_3_25": "segments of 3 to 25 words",
    "over_25": "segments of more than 25 words",
}


def print_tables(result: dict[str, Any]) -> None:
    columns = ["all", "es", "pt", "en"]
    print(f"segmenter {result['version']}, set {result['set']}")
    print(f"{'':72}" + "".join(f"{name:>8}" for name in columns))
    for figure, meaning in FIGURES.items():
        values = "".join(f"{result[name][figure]:8.3f}" for name in columns)
        print(f"{meaning:72}{values}")
    rate = result["speed"]
    print(f"{rate['per_second']} messages/s ({rate['slowest']} to {rate['fastest']})")


if __name__ == "__main__":
    sys.exit(main())
