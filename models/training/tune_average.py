"""Average networks that were tuned from one start in different orders.

    python models/training/tune_average.py --runs RUN RUN2 --out RUN3

The mean of the weights errs less than either network, at the cost of one. `RUN3` is then read like
any run.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE)]

import numpy as np  # noqa: E402 (the scripts import their neighbours by name)
from safetensors.numpy import save_file  # noqa: E402
from tuned_weights import TOKENIZER, TUNED, read_tuned  # noqa: E402


def main(arguments: list[str] | None = None) -> None:
    """Read the runs, write their mean."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    runs = [read_tuned(run) for run in options.runs]
    mean = {
        name: np.asarray(np.mean([run.arrays[name] for run in runs], axis=0, dtype=np.float32))
        for name in runs[0].arrays
    }
    orders = [run.about["settings"]["order"] for run in runs]
    settings = {**runs[0].about["settings"], "order": orders}
    about = {**runs[0].about, "settings": settings}
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(runs[0].tokenizer, options.out / TOKENIZER)
    metadata = {name: json.dumps(value) for name, value in about.items()}
    save_file(mean, options.out / TUNED, metadata=metadata)


if __name__ == "__main__":
    main()
