"""Make the three exports of this folder again, always the same, from the project's corpus.

Usage: python examples/make_examples.py --data CORPUS_FOLDER

The corpus is a folder of JSON lines whose objects have at least `text`, `lang`, `country`,
`sector`, `channel`, `pqrs`, `sentiment` and `insights`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from example_bank import write_bank
from example_mailbox import write_mailbox
from example_shop import write_shop

HERE = Path(__file__).parent
SEED = 2026
Entry = dict[str, Any]


def load_corpus(folder: Path, real_companies: Iterable[str]) -> list[Entry]:
    """Spanish messages of the corpus without repeats and without names of real companies."""
    real = re.compile(rf"\b(?:{'|'.join(real_companies)})\b")
    seen: set[str] = set()
    entries = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            entry = json.loads(line)
            key = " ".join(entry["text"].lower().split())
            # Handles are no obstacle: each example puts its own company's in their place.
            named = real.search(re.sub(r"@\w+", "", entry["text"]))
            if entry["lang"] == "es" and key not in seen and not named:
                seen.add(key)
                entries.append(entry)
    return entries


def main() -> int:
    """Write the examples beside this script."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the corpus")
    parser.add_argument("--out", type=Path, default=HERE, help="where to write (default: here)")
    arguments = parser.parse_args()
    material = tomllib.loads((HERE / "material.toml").read_text("utf-8"))
    corpus = load_corpus(arguments.data, material["real"]["companies"])
    if not corpus:
        sys.stderr.write(f"No Spanish messages in {arguments.data}/*.jsonl\n")
        return 1
    writers: dict[str, Callable[[Path, list[Entry], Entry, random.Random], int]] = {
        "banco_pqrs.csv": write_bank,
        "resenas_tienda.xlsx": write_shop,
        "buzon_soporte.mbox": write_mailbox,
    }
    for name, write in writers.items():
        chance = random.Random(f"{SEED} {name}")  # noqa: S311 (repeatable, not secret)
        count = write(arguments.out / name, corpus, material, chance)
        sys.stderr.write(f"{name}: {count} records\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
