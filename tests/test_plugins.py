"""Plugins are found through entry points; a broken one is reported and the rest go on."""

from __future__ import annotations

import json
import sys
from types import ModuleType

import pytest
from click.testing import CliRunner

from vocmine.cli import cli
from vocmine.errors import PluginError, UsageError
from vocmine.hookspecs import hookimpl
from vocmine.plugins import Plugins, load_plugins

GOOD = """
from vocmine import hookimpl

@hookimpl
def register_analyzers(register):
    register("{name}", "{module}:Shout", summary="Counts shouting.")

class Shout:
    version = "1"
    requires = ("texts",)
    outputs = ()
    def open(self, context): ...
    def analyze(self, batch): return {{}}
"""


def problems_of(plugins: Plugins, name: str) -> list[str]:
    return [problem.message for problem in plugins.problems if problem.plugin == name]


def test_every_built_in_is_registered_through_the_same_door_as_third_parties() -> None:
    plugins = load_plugins()
    assert plugins.problems == []
    assert set(plugins.of("source")) >= {"email", "reviews", "tickets"}
    assert set(plugins.of("analyzer")) >= {"emotion", "friction", "pqrs", "sentiment", "topic"}


def test_listing_plugins_imports_nothing_heavy() -> None:
    import subprocess

    code = (
        "import sys; from vocmine.plugins import load_plugins; load_plugins(); "
        "print([m for m in ('numpy', 'spacy', 'sklearn', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_third_party_plugin_is_picked_up(install) -> None:
    install("vocmine-shout", "vm_shout", GOOD.format(name="shout", module="vm_shout"))
    found = load_plugins().get("analyzer", "shout")
    assert (found.distribution, found.version) == ("vocmine-shout", "1.2")
    assert type(found.create()).__name__ == "Shout"


def test_a_plugin_that_raises_at_import_is_reported_with_its_traceback_and_the_rest_load(
    install,
) -> None:
    install("vocmine-broken", "vm_broken", "raise RuntimeError('no licence file')")
    plugins = load_plugins()
    problem = next(p for p in plugins.problems if p.plugin == "vm_broken")
    assert "RuntimeError: no licence file" in problem.message
    assert problem.distribution == "vocmine-broken 1.2"
    assert "raise RuntimeError" in problem.traceback
    assert "pip uninstall vocmine-broken" in problem.hint
    assert "sentiment" in plugins.of("analyzer")


def test_a_misspelt_hook_is_an_error_that_lists_the_real_ones(install) -> None:
    install(
        "vocmine-typo",
        "vm_typo",
        "from vocmine import hookimpl\n@hookimpl\ndef register_analysers(register): ...\n",
    )
    plugins = load_plugins()
    problem = next(p for p in plugins.problems if p.plugin == "vm_typo")
    assert "no hook named 'register_analysers'" in problem.message
    assert "register_analyzers" in problem.hint


def test_a_hook_with_arguments_it_does_not_have_is_reported(install) -> None:
    install(
        "vocmine-args",
        "vm_args",
        "from vocmine import hookimpl\n@hookimpl\ndef register_sources(registry): ...\n",
    )
    assert "does not fit the contract" in problems_of(load_plugins(), "vm_args")[0]


def test_a_plugin_without_hookimpl_is_told_that_it_registers_nothing(install) -> None:
    install("vocmine-mute", "vm_mute", "def register_sources(register): ...\n")
    assert problems_of(load_plugins(), "vm_mute") == ["It registers nothing."]


def test_a_duplicate_name_names_both_distributions_and_keeps_the_first(install) -> None:
    install("vocmine-rival", "vm_rival", GOOD.format(name="sentiment", module="vm_rival"))
    plugins = load_plugins()
    message = problems_of(plugins, "vm_rival")[0]
    assert "used by vocmine and by vocmine-rival" in message
    assert plugins.get("analyzer", "sentiment").distribution == "vocmine"


def test_two_distributions_with_one_entry_point_name_are_reported(install) -> None:
    install("vocmine-one", "vm_one", GOOD.format(name="one", module="vm_one"), entry="same")
    install("vocmine-two", "vm_two", GOOD.format(name="two", module="vm_two"), entry="same")
    plugins = load_plugins()
    message = problems_of(plugins, "same")[0]
    assert "Two plugins are named 'same', of vocmine-one and of vocmine-two" in message
    assert plugins.get("analyzer", "one").distribution == "vocmine-one"
    assert "two" not in plugins.of("analyzer")


def test_a_hook_that_raises_is_isolated(install) -> None:
    install(
        "vocmine-raises",
        "vm_raises",
        "from vocmine import hookimpl\n@hookimpl\ndef register_sources(register): 1 / 0\n",
    )
    plugins = load_plugins()
    assert "ZeroDivisionError" in problems_of(plugins, "vm_raises")[0]
    assert "tickets" in plugins.of("source")


def test_a_class_that_cannot_be_imported_names_plugin_distribution_and_cause(install) -> None:
    code = (
        "from vocmine import hookimpl\n@hookimpl\ndef register_analyzers(register):\n"
        "    register('lost', 'vm_lost.nowhere:Thing')\n"
    )
    install("vocmine-lost", "vm_lost", code)
    with pytest.raises(PluginError, match=r"Analyzer 'lost' \(vocmine-lost 1.2\) cannot be"):
        load_plugins().get("analyzer", "lost").create()


def test_an_unknown_name_lists_what_exists() -> None:
    with pytest.raises(UsageError, match=r"no analyzer named 'sentimento'.*sentiment"):
        load_plugins().get("analyzer", "sentimento")


def test_an_embedding_program_can_hand_in_a_module() -> None:
    module = ModuleType("mine")

    def register_analyzers(register) -> None:
        register("mine", "x:Y")

    module.register_analyzers = hookimpl(register_analyzers)
    assert "mine" in load_plugins([module]).of("analyzer")


def test_a_plugin_command_is_added_and_a_failing_one_does_not_break_help(install) -> None:
    install(
        "vocmine-command",
        "vm_command",
        "import click\nfrom vocmine import hookimpl\n@hookimpl\ndef register_commands(cli):\n"
        "    @cli.command()\n    def hello():\n        '''Say hello.'''\n"
        "        click.echo('hola')\n",
    )
    install(
        "vocmine-bad-command",
        "vm_bad_command",
        "from vocmine import hookimpl\n@hookimpl\ndef register_commands(cli):\n    1 / 0\n",
    )
    cli.__dict__.pop("_plugin_problems", None)
    try:
        shown = CliRunner().invoke(cli, ["--help"])
        assert shown.exit_code == 0
        assert "hello" in shown.output
        assert CliRunner().invoke(cli, ["hello"]).output == "hola\n"
    finally:
        cli.commands.pop("hello", None)
        cli.__dict__.pop("_plugin_problems", None)


COMMAND = """
import click
from vocmine import hookimpl

@hookimpl
def register_commands(cli):
    @cli.command("{name}")
    def shout():
        raise ValueError("no voice")
"""


@pytest.fixture
def commands():
    """The command line as it is when plugins have not been asked yet, before and after."""
    before = dict(cli.commands)
    cli.__dict__.pop("_plugin_problems", None)
    yield
    cli.commands.clear()
    cli.commands.update(before)
    cli.__dict__.pop("_plugin_problems", None)


@pytest.mark.parametrize("code", ["import sys; sys.exit('bye')", "raise SystemExit"])
def test_a_plugin_that_exits_at_import_is_reported_like_any_other(install, code: str) -> None:
    install("vocmine-exit", "vm_exit", code)
    plugins = load_plugins()
    assert "cannot be imported: SystemExit" in problems_of(plugins, "vm_exit")[0]
    assert "sentiment" in plugins.of("analyzer")


def test_a_missing_dependency_says_how_to_get_it(install) -> None:
    install("vocmine-needs", "vm_needs", "import no_such_package")
    problem = next(p for p in load_plugins().problems if p.plugin == "vm_needs")
    assert "No module named 'no_such_package'" in problem.message
    assert problem.hint == "Install it, and ask the author of vocmine-needs to declare it."


def test_a_module_with_the_name_of_a_built_in_leaves_it_in_place() -> None:
    module = ModuleType("sentiment")
    module.register_analyzers = hookimpl(lambda register: register("mine", "x:Y"))  # type: ignore[attr-defined]
    plugins = load_plugins([module])
    assert plugins.get("analyzer", "sentiment").distribution == "vocmine"
    assert "Two plugins are named 'sentiment', of vocmine" in problems_of(plugins, "sentiment")[0]


def test_an_error_of_several_lines_is_told_in_one(install) -> None:
    install("vocmine-lines", "vm_lines", "raise ValueError('one\\ntwo')")
    assert "ValueError: one two." in problems_of(load_plugins(), "vm_lines")[0]


@pytest.mark.usefixtures("commands")
class TestCommandsOfPlugins:
    def test_a_failing_one_names_its_plugin_not_vocmine(self, install, vocmine) -> None:
        install("vocmine-shouts", "vm_shouts", COMMAND.format(name="shout"))
        done = vocmine("shout")
        assert done.code == 1
        assert "Error: ValueError: no voice. Raised by a command of plugin 'vm_shouts' " in done.err
        assert "vocmine-shouts 1.2" in done.err

    def test_one_that_takes_a_built_in_name_is_left_out_and_reported(self, install) -> None:
        install("vocmine-thief", "vm_thief", COMMAND.format(name="analyze"))
        done = CliRunner().invoke(cli, ["plugins", "--check"])
        assert done.exit_code == 1
        assert "The command 'analyze' is of vocmine and of vocmine-thief 1.2" in done.output

    def test_two_with_one_name_keep_the_first_and_name_both(self, install) -> None:
        install("vocmine-a", "vm_a", COMMAND.format(name="shout"))
        install("vocmine-b", "vm_b", COMMAND.format(name="shout"))
        done = CliRunner().invoke(cli, ["plugins", "--check"])
        assert "'shout' is of vocmine-a 1.2 and of vocmine-b 1.2; the second" in done.output

    def test_a_hook_that_raises_is_found_by_check(self, install) -> None:
        install(
            "vocmine-hooks",
            "vm_hooks",
            "from vocmine import hookimpl\n"
            "@hookimpl\ndef register_commands(cli): 1 / 0\n"
            "@hookimpl\ndef prepare_store(db): db.no_such_thing()\n",
        )
        done = CliRunner().invoke(cli, ["plugins", "--check"])
        assert done.exit_code == 1
        assert "'register_commands' failed: ZeroDivisionError" in done.output
        assert "'prepare_store' failed: AttributeError" in done.output

    def test_a_command_that_is_missing_for_a_fault_says_so(self, install, vocmine) -> None:
        code = "from vocmine import hookimpl\n@hookimpl\ndef register_commands(cli): 1 / 0\n"
        install("vocmine-fault", "vm_fault", code)
        done = vocmine("shout")
        assert done.code == 2
        assert "Plugin 'vm_fault' (vocmine-fault 1.2): 'register_commands' failed" in done.err
        assert "No such command 'shout'" in done.err


class TestPluginsCommand:
    def test_it_lists_kind_name_distribution_and_exits_zero(self) -> None:
        done = CliRunner().invoke(cli, ["plugins", "--json"])
        assert done.exit_code == 0
        rows = json.loads(done.output)["plugins"]
        assert {"kind": "source", "name": "tickets"}.items() <= next(
            row for row in rows if row["name"] == "tickets"
        ).items()

    def test_check_loads_every_built_in_and_finds_nothing_wrong(self) -> None:
        done = CliRunner().invoke(cli, ["plugins", "--check"])
        assert done.exit_code == 0, done.output
        assert "All plugins are well." in done.output

    def test_check_reports_a_declaration_that_cannot_work(self, install) -> None:
        code = GOOD.format(name="odd", module="vm_odd").replace('("texts",)', '("telepathy",)')
        install("vocmine-odd", "vm_odd", code)
        done = CliRunner().invoke(cli, ["plugins", "--check"])
        assert done.exit_code == 1
        assert "requires 'telepathy', which no batch has" in done.output
        assert "vocmine-odd 1.2" in done.output

    def test_check_finds_two_owners_of_one_table(self, install) -> None:
        code = GOOD.format(name="grab", module="vm_grab").replace(
            "outputs = ()", "outputs = (Table('messages', 'message', (Column('n', 'integer'),)),)"
        )
        code = code.replace("import hookimpl", "import hookimpl\nfrom vocmine.plugin import *")
        install("vocmine-grab", "vm_grab", code)
        done = CliRunner().invoke(cli, ["plugins", "--check"])
        assert done.exit_code == 1
        assert "'grab' (vocmine-grab 1.2) declares table 'messages'" in done.output

    @pytest.mark.parametrize("broken", ["requires = None", "outputs = (1,)", "outputs = None"])
    def test_check_survives_what_is_no_declaration_at_all(self, install, broken: str) -> None:
        good = 'requires = ("texts",)\n    outputs = ()'
        code = GOOD.format(name="vague", module="vm_vague").replace(good, broken + "\n    x = 1")
        code = code.replace("x = 1", "requires = ()" if "outputs" in broken else "outputs = ()")
        install("vocmine-vague", "vm_vague", code)
        done = CliRunner().invoke(cli, ["plugins", "--check"])
        assert done.exit_code == 1
        assert "'vague' (vocmine-vague 1.2)" in done.output

    def test_verbose_shows_the_traceback(self, install) -> None:
        install("vocmine-broken", "vm_broken2", "raise RuntimeError('boom')")
        done = CliRunner().invoke(cli, ["plugins", "-v"])
        assert "RuntimeError: boom" in done.output
        assert "vm_broken2.py" in done.output
