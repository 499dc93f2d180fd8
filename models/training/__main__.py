"""Make every artefact again, in one command, from the root of the repository.

    pip install -e '.[train]'        # and PyTorch, whose build for the CPU is enough
    python -m models.training --data DIR --runs RUNS

`DIR` (or the environment variable VOCMINE_DATA) is the data folder. Checkpoints, logs and tuned
networks are kept in `RUNS`: run the command again and it goes on where it was cut off; delete a
folder of `RUNS` to make its part anew. About two hours on two cores.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TUNED = "tuned.safetensors"


def main(arguments: list[str] | None = None) -> int:
    """Run every step in a process of its own; return the exit code of the first that fails."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--runs", type=Path, required=True, help="folder of runs, outside the repo")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    for step in steps(Path(options.data).resolve(), options.runs.resolve()):
        print("$", *step, file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, *step], check=False)
        if done.returncode:
            return done.returncode
    return 0


def steps(data: Path, runs: Path) -> list[list[str]]:
    """Commands in order; a run that is finished is not made again."""
    voc, fast, cache = runs / "voc", runs / "voc-fast", runs / "cache"
    branch = runs / "voc-meaning"
    made: list[list[str]] = []

    def add(script: str, *arguments: str | Path) -> None:
        made.append([str(HERE / script), "--data", str(data), *map(str, arguments)])

    def heads(model: str, run: Path) -> None:
        add("train_heads.py", "--model", model, "--tuned", run, "--cache", cache)

    if not (voc / TUNED).is_file():
        add("tune_encoder.py", "--out", voc)
    add("build_encoder.py", "--model", "voc", "--tuned", voc)
    if not (branch / TUNED).is_file():
        add("tune_meaning.py", "--out", branch)
    add("learn_meaning.py", "--model", "voc", "--branch", branch)
    heads("voc", voc)
    if not (fast / TUNED).is_file():
        add("tune_distil.py", "--out", fast)  # taught by the model that was just built
    add("build_encoder.py", "--model", "voc-fast", "--tuned", fast)
    add("learn_meaning.py", "--model", "voc-fast")
    heads("voc-fast", fast)
    return made


if __name__ == "__main__":
    raise SystemExit(main())
