"""A plugin says which plugin API it is for; what goes away is told with what to use instead."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

import vocmine
from vocmine.compatibility import (
    API_VERSION,
    VocmineDeprecationWarning,
    declared_in_source,
    deprecated,
    misfit,
)
from vocmine.installed import source_file
from vocmine.plugins import load_plugins
from vocmine.trust import HOST

PLUGIN = """
from vocmine import hookimpl
{before}
{declaration}

@hookimpl
def register_analyzers(register):
    register("vm_api", "vm_api:Thing")
"""


def state_of(name: str) -> tuple[str, str]:
    plugins = load_plugins()
    (found,) = (one for one in plugins.installed if one.plugin == name)
    return found.state, found.why


class TestTheRangeOfAPlugin:
    @pytest.mark.parametrize("declaration", ["", 'vocmine_api = ">=1,<2"', 'vocmine_api = "==1.*"'])
    def test_that_holds_this_api_lets_it_load(self, install, declaration: str) -> None:
        install("vocmine-api", "vm_api", PLUGIN.format(before="", declaration=declaration))
        assert state_of("vm_api") == ("active", "")

    def test_that_does_not_hold_it_leaves_the_plugin_out_and_the_rest_in(self, install) -> None:
        code = PLUGIN.format(before="", declaration='vocmine_api = ">=2,<3"')
        install("vocmine-api", "vm_api", code)
        plugins = load_plugins()
        (problem,) = plugins.problems
        assert str(problem) == (
            f"Plugin 'vm_api' (vocmine-api 1.2): It is for plugin API >=2,<3, and this is "
            f"{API_VERSION}. The plugin is left out. Install a version of vocmine-api for this "
            "vocmine."
        )
        assert state_of("vm_api")[0] == "incompatible"
        assert "sentiment" in plugins.of("analyzer")

    def test_is_read_before_the_plugin_is_imported(self, install) -> None:
        # What it needs is not in this API: importing it says that less well, and runs its code.
        code = PLUGIN.format(
            before="from vocmine.plugin import NextYear", declaration='vocmine_api: str = ">=2"'
        )
        install("vocmine-api", "vm_api", code)
        assert state_of("vm_api")[0] == "incompatible"
        assert "vm_api" not in sys.modules

    def test_that_is_computed_is_looked_at_after_the_import(self, install) -> None:
        code = PLUGIN.format(before="", declaration='vocmine_api = ">=" + str(2)')
        install("vocmine-api", "vm_api", code)
        assert state_of("vm_api")[0] == "incompatible"

    @pytest.mark.parametrize("wrong", ["'uno'", "1", "'>=1 <2'"])
    def test_that_is_no_range_is_told_with_one_that_is(self, install, wrong: str) -> None:
        code = PLUGIN.format(before="", declaration=f"vocmine_api = {wrong}")
        install("vocmine-api", "vm_api", code)
        state, why = state_of("vm_api")
        assert state == "incompatible"
        assert f"Its vocmine_api = {wrong} is no range of versions, such as '>=1,<2'." in why

    def test_that_is_in_a_file_with_an_error_leaves_the_error_to_be_told(self, install) -> None:
        install("vocmine-api", "vm_api", 'vocmine_api = ">=2"\ndef broken(:\n')
        state, why = state_of("vm_api")
        assert (state, "SyntaxError" in why) == ("failed", True)

    def test_every_built_in_declares_one_that_fits_for_who_copies_it(self) -> None:
        own = [one for one in load_plugins().installed if one.distribution == HOST]
        assert len(own) >= 8
        ranges = {one.plugin: declared_in_source(one.file) for one in own}
        assert {name: misfit(range_) for name, range_ in ranges.items() if misfit(range_)} == {}

    @pytest.mark.parametrize(
        ("wanted", "version", "fits"),
        [
            (">=1,<2", "1.0", True),
            (">=1,<2", "1.7", True),
            (">=1.3,<2", "1.0", False),
            (">=1,<2", "2.0", False),
            (None, "2.0", True),
        ],
    )
    def test_is_compared_as_packages_do(self, wanted: str | None, version: str, fits: bool) -> None:
        assert (misfit(wanted, version) == "") is fits


class TestTheFileOfAModule:
    def test_inside_a_package_is_found_and_nothing_is_imported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = tmp_path / "vm_outer" / "inner"
        package.mkdir(parents=True)
        for folder in (package, package.parent):
            (folder / "__init__.py").write_text("raise RuntimeError('imported')")
        (package / "leaf.py").touch()
        monkeypatch.syspath_prepend(str(tmp_path))
        assert source_file("vm_outer") == package.parent / "__init__.py"
        assert source_file("vm_outer.inner") == package / "__init__.py"
        assert source_file("vm_outer.inner.leaf") == package / "leaf.py"
        assert source_file("vm_outer.nothing") is None
        assert source_file("vm_no_such_module") is None
        assert source_file("sys") is None
        assert "vm_outer" not in sys.modules


OLD = """
from vocmine import hookimpl
from vocmine.plugin import Column, Table

@hookimpl
def register_analyzers(register):
    register("{name}", "{name}:Old")

class Old:
    version = "1"
    requires = ("texts",)
    options = {{"sign": "what stands before an amount"}}
    outputs = (Table("{name}", "message", (Column("sign"),)),)
    def open(self, context): self.sign = context.options.get("sign", "$")
    def analyze(self, batch): return {{"{name}": {{"sign": [self.sign] * len(batch)}}}}
"""


class TestWhatGoesAway:
    def test_is_told_with_what_to_use_and_until_when(self) -> None:
        with pytest.warns(VocmineDeprecationWarning) as caught:
            deprecated("the hook 'old'", "the hook 'new'", "2.0")
        assert str(caught[0].message) == (
            "the hook 'old' goes away in plugin API 2.0: use the hook 'new'."
        )

    def test_points_at_who_calls_what_is_old(self) -> None:
        def old() -> None:
            deprecated("old()", "new()", "2.0")

        with pytest.warns(VocmineDeprecationWarning) as caught:
            old()
        assert caught[0].filename == __file__

    def test_options_as_a_mapping_work_and_are_told_once_for_each_plugin(
        self, install, vocmine, tmp_path: Path
    ) -> None:
        for name in ("vm_old", "vm_older"):
            install(f"{name}-dist", name, OLD.format(name=name))
        export = tmp_path / "q.csv"
        export.write_text("Descripción\nMe cobraron dos veces\n", "utf-8")
        db = tmp_path / "q.db"
        chosen = ("--analyzer", "vm_old", "--analyzer", "vm_older", "--option", "vm_old.sign=R$")
        done = vocmine("analyze", export, "--db", db, "--format", "jsonl", *chosen)
        assert done.code == 0, done.err
        lines = [line for line in done.err.splitlines() if "goes away" in line]
        assert lines == [
            f"Note: Analyzer '{name}' ({name}-dist 1.2): 'options' as a mapping goes away in "
            "plugin API 2.0: use a tuple of vocmine.plugin.Option."
            for name in ("vm_old", "vm_older")
        ]
        again = vocmine("analyze", export, "--db", db, "--format", "jsonl", *chosen)
        assert again.err.count("goes away") == 2  # told by every command that uses them

    def test_other_warnings_go_where_they_went(self, vocmine, monkeypatch) -> None:
        def warn(*_: object) -> None:
            warnings.warn("something else", UserWarning, stacklevel=1)

        monkeypatch.setattr("vocmine.models.list_models", lambda: [warn()][:0])
        with pytest.warns(UserWarning, match="something else"):
            vocmine("models")


def test_the_version_of_the_api_is_there_without_importing_anything_heavy() -> None:
    import subprocess

    code = (
        "import sys, vocmine; print(vocmine.API_VERSION); "
        "print([m for m in ('numpy', 'tomllib', 'packaging') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [vocmine.API_VERSION, "[]"]
