"""Write the zoo out, check it, or make the page of formats from it.

python -m tests.zoo --to FOLDER     every file, and expected.json
python -m tests.zoo --check         what is not read as expected
python -m tests.zoo --docs FILE     the page docs/formats.md
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import ANIMALS
from .animals import ANY, Animal
from .formats import page


def expectation(animal: Animal) -> dict[str, Any]:
    """What reading an animal has to give, without what is not looked at."""
    said = {"name": animal.label, "file": animal.file, "source": animal.source}
    if animal.refused is not None:
        return {**said, "refused": list(animal.refused.words)}
    records = [
        {
            "kind": type(record).__name__,
            **{
                field.name: value
                for field in dataclasses.fields(record)
                if (value := getattr(record, field.name)) is not ANY and value != field.default
                and value not in ((), {})
            },
        }
        for record in animal.records
    ]  # fmt: skip
    return {
        **said,
        "encoding": animal.encoding,
        "mapping": dict(animal.mapping),
        "named": list(animal.named),
        "records": records,
        "ends_broken": animal.ends_broken,
    }


def write_all(folder: Path) -> None:
    """Write every animal into a folder of its own, since some have the same name."""
    for number, animal in enumerate(ANIMALS, start=1):
        place = folder / f"{number:03d}"
        place.mkdir(parents=True, exist_ok=True)
        animal.write(place)
    expected = [
        {"folder": f"{number:03d}", **expectation(animal)}
        for number, animal in enumerate(ANIMALS, start=1)
    ]
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (folder / "expected.json").write_text(text, "utf-8")


def check() -> int:
    """Print what is not read as expected; how many animals that are."""
    from vocmine.plugins import load_plugins

    from .looking import differences, look

    plugins, wrong = load_plugins(), 0
    for animal in ANIMALS:
        with tempfile.TemporaryDirectory() as folder:
            found = differences(animal, look(plugins, animal, animal.write(Path(folder))))
        if found:
            wrong += 1
            print(f"{animal.label}\n" + "\n".join(f"  - {line}" for line in found))  # noqa: T201
    print(f"{len(ANIMALS) - wrong} of {len(ANIMALS)} are read right.")  # noqa: T201
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.zoo", description=__doc__)
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="write every file there")
    parser.add_argument("--docs", type=Path, metavar="FILE", help="write the page of formats")
    parser.add_argument("--check", action="store_true", help="read all of it")
    given = parser.parse_args()
    if given.to:
        write_all(given.to)
    if given.docs:
        given.docs.write_text(page(ANIMALS), "utf-8")
    if given.check:
        sys.exit(1 if check() else 0)
    if not (given.to or given.docs):
        parser.print_help()


if __name__ == "__main__":
    main()
