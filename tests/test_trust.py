"""Which plugins are used is the user's to say; what is not used is not even imported."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from vocmine.errors import UsageError
from vocmine.plugins import Plugins, load_plugins
from vocmine.trust import Policy, configured_policy

PLUGIN = """
from pathlib import Path
from vocmine import hookimpl
Path(__file__).with_suffix(".imported").touch()

@hookimpl
def register_analyzers(register):
    register("{name}", "{name}:Thing")
"""


@pytest.fixture
def two(install, tmp_path: Path) -> Path:
    """Two third-party plugins; each leaves a mark where it is imported."""
    install("vocmine-acme", "vm_acme", PLUGIN.format(name="vm_acme"), entry="acme")
    install("vocmine_rival", "vm_rival2", PLUGIN.format(name="vm_rival2"), entry="rival")
    return tmp_path / "site"


def imported(site: Path) -> list[str]:
    return sorted(path.stem for path in site.glob("*.imported"))


def states(plugins: Plugins) -> dict[str, str]:
    return {one.plugin: one.state for one in plugins.installed}


def test_without_a_policy_every_installed_plugin_is_used(two: Path) -> None:
    plugins = load_plugins(policy=Policy())
    assert imported(two) == ["vm_acme", "vm_rival2"]
    assert {"acme": "active", "rival": "active", "topic": "active"}.items() <= states(
        plugins
    ).items()


@pytest.mark.parametrize("name", ["acme", "vocmine-acme", "Vocmine_ACME"])
def test_what_is_not_on_the_allow_list_is_not_imported(two: Path, name: str) -> None:
    plugins = load_plugins(policy=Policy(allow=(name,)))
    assert imported(two) == ["vm_acme"]
    assert "vm_rival2" not in sys.modules
    assert states(plugins)["rival"] == "not allowed"
    assert set(plugins.of("analyzer")) >= {"vm_acme"}
    assert "vm_rival2" not in plugins.of("analyzer")


def test_what_comes_with_vocmine_needs_no_place_on_the_list(two: Path) -> None:
    plugins = load_plugins(policy=Policy(allow=("acme",)))
    assert {"pqrs", "sentiment", "topic"} <= set(plugins.of("analyzer"))


@pytest.mark.parametrize("name", ["rival", "vocmine-rival", "vocmine_rival"])
def test_what_is_disabled_by_plugin_or_distribution_is_not_imported(two: Path, name: str) -> None:
    plugins = load_plugins(policy=Policy(disable=(name,)))
    assert imported(two) == ["vm_acme"]
    assert states(plugins)["rival"] == "disabled"


def test_a_built_in_can_be_disabled(two: Path) -> None:
    plugins = load_plugins(policy=Policy(disable=("topic",)))
    assert "topic" not in plugins.of("analyzer")
    assert "pqrs" in plugins.of("analyzer")


def test_disabled_is_stronger_than_allowed(two: Path) -> None:
    plugins = load_plugins(policy=Policy(allow=("acme",), disable=("acme",)))
    assert imported(two) == []
    assert states(plugins)["acme"] == "disabled"


def test_a_name_that_another_took_is_free_when_that_one_is_not_used(install) -> None:
    install("vocmine-one", "vm_one1", PLUGIN.format(name="one"), entry="same")
    install("vocmine-two", "vm_two2", PLUGIN.format(name="two"), entry="same")
    plugins = load_plugins(policy=Policy(disable=("vocmine-one",)))
    assert plugins.problems == []
    assert plugins.get("analyzer", "two").distribution == "vocmine-two"


def test_a_missing_analyzer_says_that_its_plugin_is_disabled(two: Path) -> None:
    policy = Policy(disable=("topic",), disable_origin="'vocmine.toml', line 2")
    with pytest.raises(UsageError) as caught:
        load_plugins(policy=policy).get("analyzer", "topic")
    assert caught.value.hint == (
        "Plugin 'topic' (vocmine 0.1.0) is disabled: 'topic' is in plugins.disable, "
        "'vocmine.toml', line 2."
    )


class TestSettings:
    @pytest.fixture(autouse=True)
    def _there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / ".git").mkdir()
        monkeypatch.chdir(tmp_path)

    def test_hold_wherever_plugins_are_loaded(self, two: Path) -> None:
        Path("vocmine.toml").write_text('[plugins]\nallow = ["vocmine-acme"]\n')
        assert states(load_plugins())["rival"] == "not allowed"
        assert imported(two) == ["vm_acme"]

    def test_a_project_cannot_allow_more_than_the_user_does(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Path("vocmine.toml").write_text('[plugins]\nallow = ["rival"]\ndisable = []\n')
        own = tmp_path / "own.toml"
        own.write_text('[plugins]\nallow = ["acme"]\ndisable = ["fax"]\n')
        monkeypatch.setenv("VOCMINE_CONFIG", str(own))
        policy = configured_policy()
        assert (policy.allow, policy.disable) == (("acme",), ("fax",))

    def test_a_variable_is_a_list_separated_by_commas(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VOCMINE_PLUGINS_DISABLE", "email, topic")
        assert configured_policy().disable == ("email", "topic")

    @pytest.mark.parametrize("wrong", ['allow = "acme"', "allow = [1]", "allow = true"])
    def test_a_list_that_is_none_stops_before_anything_is_imported(
        self, two: Path, wrong: str
    ) -> None:
        Path("vocmine.toml").write_text(f"[plugins]\n{wrong}\n")
        with pytest.raises(
            UsageError, match=r"line 2: plugins.allow is .* must be a list of texts"
        ):
            load_plugins()
        assert imported(two) == []

    def test_help_is_shown_without_plugins_where_settings_cannot_be_read(
        self, two: Path, vocmine
    ) -> None:
        from vocmine.cli import cli

        cli.__dict__.pop("_plugin_problems", None)
        Path("vocmine.toml").write_text("[plugins\n")
        shown = vocmine("--help")
        assert shown.code == 0
        assert "analyze" in shown.out
        assert "Commands of plugins are left out" in shown.err
        assert imported(two) == []

    def test_the_listing_has_state_reason_version_hooks_and_file(self, two: Path, vocmine) -> None:
        Path("vocmine.toml").write_text('[plugins]\nallow = ["acme"]\ndisable = ["email"]\n')
        shown = vocmine("plugins", "--json")
        assert shown.code == 0
        rows = {row["plugin"]: row for row in json.loads(shown.out)["installed"]}
        assert rows["acme"] == {
            "plugin": "acme",
            "distribution": "vocmine-acme",
            "version": "1.2",
            "state": "active",
            "why": "",
            "hooks": ["register_analyzers"],
            "module": "vm_acme",
            "file": str(two / "vm_acme.py"),
        }
        assert (rows["rival"]["state"], rows["rival"]["hooks"]) == ("not allowed", [])
        assert rows["rival"]["file"] == str(two / "vm_rival2.py")
        assert rows["email"]["state"] == "disabled"
        assert rows["email"]["why"].endswith("vocmine.toml', line 3")
        assert imported(two) == ["vm_acme"]

    def test_the_table_says_why_in_a_sentence(self, two: Path, vocmine) -> None:
        Path("vocmine.toml").write_text('[plugins]\nallow = ["acme"]\n')
        shown = vocmine("plugins")
        assert (
            "Plugin 'rival' (vocmine_rival 1.2) is not allowed: neither 'rival' nor " in shown.out
        )
        assert "none with a problem" in shown.out

    def test_a_command_of_a_disabled_plugin_says_why_it_is_missing(self, vocmine) -> None:
        from vocmine.cli import cli

        before = dict(cli.commands)
        cli.commands.clear()
        cli.__dict__.pop("_plugin_problems", None)
        try:
            Path("vocmine.toml").write_text('[plugins]\ndisable = ["email"]\n')
            done = vocmine("fetch")
            assert done.code == 2
            assert "Plugin 'email' (vocmine 0.1.0) is disabled" in done.err
        finally:
            cli.commands.update(before)
            cli.__dict__.pop("_plugin_problems", None)
