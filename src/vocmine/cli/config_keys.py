"""Every key that settings may have here: of commands, of plugins, of which are used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import click

from vocmine.cli.configured import SHARED, UNCONFIGURED, Key, keys_of
from vocmine.cli.configured_plugins import declared_by
from vocmine.options import Option
from vocmine.plugins import Plugins, load_plugins


@dataclass(frozen=True)
class Known:
    """What there is to set on this machine.

    Args:
        commands: Command name to its click command, those of plugins too.
        plugins: What is installed.
    """

    commands: dict[str, click.Command]
    plugins: Plugins

    @cached_property
    def keys(self) -> dict[str, dict[str, Key]]:
        """Command name to the keys of its table."""
        return {name: keys_of(name, command) for name, command in self.commands.items()}

    @cached_property
    def options(self) -> dict[str, tuple[Option, ...]]:
        """Analyzer name to the options that it declares."""
        return declared_by(self.plugins)

    def shared(self, name: str) -> list[Key]:
        """The keys of commands that a key of `[defaults]` stands for; one at least."""
        return [keys[name] for keys in self.keys.values() if name in keys and keys[name].shared]


def known_here() -> Known:
    """Import every command and load the plugins.

    Raises:
        UsageError: Settings cannot be read, or what they say about plugins means nothing.
    """
    from vocmine.cli import COMMANDS, cli

    context = click.Context(cli, info_name="vocmine")
    plugins = load_plugins()
    added = click.Group()
    plugins.add_commands(added, COMMANDS)
    built_in = {name: cli.get_command(context, name) for name in COMMANDS}
    commands = {name: command for name, command in built_in.items() if command is not None}
    commands |= added.commands
    return Known(
        {name: command for name, command in commands.items() if name not in UNCONFIGURED}, plugins
    )


def shared_names(known: Known) -> list[str]:
    """Keys of `[defaults]` that some command takes."""
    return [name for name in SHARED if known.shared(name)]
