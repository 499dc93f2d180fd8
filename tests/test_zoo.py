"""Every animal of the zoo is read as its format means it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vocmine.plugins import Plugins, load_plugins

sys.path[:0] = [str(Path(__file__).parent)]
from zoo import ANIMALS
from zoo.animals import Animal
from zoo.looking import differences, look

by_label = pytest.mark.parametrize("animal", ANIMALS, ids=lambda animal: animal.label)


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


@by_label
def test_is_read_right(plugins: Plugins, tmp_path: Path, animal: Animal) -> None:
    seen = look(plugins, animal, animal.write(tmp_path))
    assert not differences(animal, seen), "\n".join(["", animal.label, *differences(animal, seen)])
