"""The pages for plugin authors say what the code says, and their figures can be made again."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from vocmine import hookspecs
from vocmine.scaffold import plugin_files

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
TUTORIAL = (DOCS / "tutorial-plugin.md").read_text("utf-8")
HOOKS = [
    item
    for item in vars(hookspecs).values()
    if inspect.isfunction(item) and hasattr(item, "vocmine_spec")
]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.__name__)
def test_every_hook_is_on_its_page_with_every_argument(hook) -> None:
    page = (DOCS / "hooks.md").read_text("utf-8")
    section = page.split(f"\n## {hook.__name__}\n")[1].split("\n## ")[0]
    assert f"def {hook.__name__}(" in section
    for argument in inspect.signature(hook).parameters:
        assert re.search(rf"^\| `{argument}` \| .+ \|$", section, re.M), argument
    assert "### Example" in section
    assert section.count("@hookimpl") >= 1


def test_the_tutorial_shows_the_files_that_are_written() -> None:
    files = plugin_files("menciones", "analyzer")
    shown = re.findall(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", TUTORIAL, re.M | re.S)
    assert len(shown) == 3
    for path, text in shown:
        assert text in files[path], path


def test_the_tutorial_lists_the_files_that_are_written() -> None:
    (listed,) = re.findall(r"^<!-- tree -->\n```\n(.*?)^```$", TUTORIAL, re.M | re.S)
    folder, *paths = listed.split()
    files = plugin_files("menciones", "analyzer")
    assert folder == "vocmine-menciones/"
    assert sorted(paths) == sorted(files)


def test_columns_give_the_same_as_objects_many_times_faster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import plugin_columns

    try:
        ways = plugin_columns.ways()
        references, batch = plugin_columns.made_batch(300)
        assert np.array_equal(ways["slow"](references, batch), ways["fast"](references, batch))
        took = {
            name: min(plugin_columns.seconds(way, references, batch) for _ in range(5))
            for name, way in ways.items()
        }
        assert took["slow"] > 5 * took["fast"]
    finally:
        sys.modules.pop("plugin_columns", None)
