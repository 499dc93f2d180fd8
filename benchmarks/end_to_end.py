"""Speed and memory of the whole `vocmine analyze`, on messages of about 25 words.

python benchmarks/end_to_end.py --messages 3000 --output benchmarks/results/end_to_end.json

Each run is a process of its own with an empty store: reading, segmenting, encoding, analysing,
writing and learning topics, model loading included. One warm-up, then ``--runs`` counted runs; the
result has the median, a bootstrap 95 % interval of it, and the peak memory of the largest process.
``--messages 100000 --runs 1`` shows that memory does not grow with the export. ``--help`` and
``--install`` measure start-up and the size of a fresh installation.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from encoder import CLOSINGS, MIDDLES, OPENINGS

DETAILS = (
    "en la sede de {city}",
    "desde el {day} de marzo",
    "con el radicado {number}",
    "por valor de {number} pesos",
)
CITIES = ("Bogotá", "Medellín", "Cali", "Barranquilla", "Bucaramanga", "Pereira", "Lima", "Quito")


def write_export(path: Path, messages: int) -> float:
    """Write distinct messages as a `;`-separated CSV; returns the mean number of words."""
    draw = random.Random(0)
    sentences = list(itertools.product(OPENINGS, MIDDLES, CLOSINGS))
    words = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Radicado", "Fecha de radicación", "Canal", "Ciudad", "Descripción"])
        for number in range(messages):
            opening, middle, closing = draw.choice(sentences)
            detail = draw.choice(DETAILS).format(
                city=draw.choice(CITIES), day=draw.randint(1, 31), number=draw.randint(1000, 999999)
            )
            text = f"{opening} {detail}{f' {middle}' if draw.random() < 0.2 else ''}{closing}"
            words += len(text.split())
            date = f"{draw.randint(1, 28):02}/{draw.randint(1, 10):02}/2026"
            writer.writerow([f"R-{number}", date, "web", draw.choice(CITIES), text])
    return words / messages


def timed(command: list[str], runs: int, before: Callable[[], None]) -> list[float]:
    """Wall seconds of each counted run; one warm-up goes first."""
    seconds = []
    for run in range(runs + 1):
        before()
        start = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
        if run or runs == 1:
            seconds.append(time.perf_counter() - start)
        if runs == 1:
            break
    return seconds


def interval(values: list[float]) -> list[float]:
    """Bootstrap 95 % interval of the median."""
    draw = random.Random(0)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(1000))
    return [round(medians[25], 4), round(medians[974], 4)]


def analyse(options: argparse.Namespace) -> dict[str, Any]:
    """Messages per second and peak memory of `vocmine analyze`."""
    with tempfile.TemporaryDirectory() as folder:
        export, store = Path(folder) / "export.csv", Path(folder) / "store.db"
        words = write_export(export, options.messages)
        command = [sys.executable, "-m", "vocmine", "analyze", str(export), "--db", str(store)]
        command += ["--quiet", "--jobs", str(options.jobs), "--model", options.model]

        def empty() -> None:
            for path in Path(folder).glob("store.db*"):
                path.unlink()

        seconds = timed(command, options.runs, empty)
        speeds = [options.messages / value for value in seconds]
        again = timed(command, 1, lambda: None)
        return {
            "messages": options.messages,
            "words_per_message": round(words, 1),
            "jobs": options.jobs,
            "model": options.model,
            "seconds": [round(value, 2) for value in seconds],
            "messages_per_second": round(statistics.median(speeds), 1),
            "interval_95": interval(speeds),
            "second_run_seconds": round(again[0], 2),
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
            "store_mb": round(store.stat().st_size / 1e6, 1),
        }


def start_up(runs: int) -> dict[str, Any]:
    """Seconds of `vocmine --help`."""
    seconds = timed([sys.executable, "-m", "vocmine", "--help"], runs, lambda: None)
    return {
        "median_seconds": round(statistics.median(seconds), 3),
        "interval_95": interval(seconds),
    }


def installed_size() -> dict[str, Any]:
    """Megabytes of a fresh virtual environment after `pip install .`."""
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [str(Path(folder) / "bin" / "pip"), "install", "--quiet", str(root)]
        subprocess.run(pip, check=True)
        used = shutil.which("du")
        done = subprocess.run(
            [used or "du", "-sm", folder], capture_output=True, text=True, check=True
        )
        return {"megabytes": int(done.stdout.split()[0])}


def main() -> None:
    """Measure what was asked for and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--model", default="voc")
    parser.add_argument("--help-time", action="store_true", help="measure start-up instead")
    parser.add_argument("--install", action="store_true", help="measure the installation instead")
    parser.add_argument("--output", type=Path, help="file for the JSON result")
    options = parser.parse_args()
    result: dict[str, Any] = {
        "benchmark": "vocmine analyze, end to end",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "vocmine": version("vocmine"),
        "onnxruntime": version("onnxruntime"),
    }
    if options.install:
        result["install"] = installed_size()
    elif options.help_time:
        result["help"] = start_up(options.runs)
    else:
        result["analyze"] = analyse(options)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    print(text)
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
