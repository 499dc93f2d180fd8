"""What settings may say about commands: each option of a command is a key of its table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from vocmine.config import DEFAULTS, PLUGINS, USER_FILE, Config, Given, Keys, Layer, variable
from vocmine.errors import UsageError
from vocmine.options import Option, OptionType, did_you_mean

READING = ("analyze", "preview")
SHARED: dict[str, tuple[str, ...]] = {
    "as-exported": (),
    "company": (),
    "country": (*READING, "pqrs", "watch"),  # elsewhere it is a filter
    "dates": (),
    "db": (),
    "delimiter": READING,
    "encoding": READING,
    "events": (),
    "keep-duplicates": (),
    "keep-names": (),
    "lang": (),
    "map": READING,
    "model": (),
    "owners": (),
    "regime": (),
    "repair-text": (),
    "sheet": READING,
}
"""Keys of `[defaults]`, and the commands that take them; none: every one with such an option."""
NOT_SHARED = {("train", "db")}
"""Options that have a shared name and another meaning."""
UNCONFIGURED = ("config", "plugins")
"""Commands without a table: one is about settings, the other's name is that of another table."""
ASKED_EACH_TIME = {
    "force": "Files are replaced only when the command says so: write --force there.",
    "option": f"Write the options of an analyzer in [{PLUGINS}.ANALYZER].",
}
"""Options that are no keys, and what to do instead."""
OWN_FILE_ONLY = {("watch", "webhook")}
"""Keys that a project's file may not have: such a file comes with data, from anybody.

Nor may it have those of commands of plugins, of which only their authors know what they can do.
"""
_FILES = ("FILE", "FOLDER")


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a command's table.

    Args:
        command: The command.
        parameter: Its option.
        option: Name, type and limits.
        shared: Whether `[defaults]` may have it too.
    """

    command: str
    parameter: click.Option
    option: Option
    shared: bool

    @property
    def places(self) -> list[Keys]:
        """Where files may have it, the more particular first."""
        own = (self.command, self.option.name)
        return [own, (DEFAULTS, self.option.name)] if self.shared else [own]

    @property
    def variable(self) -> str:
        """Its environment variable."""
        named = self.parameter.envvar
        return named if isinstance(named, str) else variable(self.places[-1])

    @property
    def own_file_only(self) -> bool:
        """Whether a project's file may not have it."""
        from vocmine.cli import COMMANDS

        own = (self.command, self.option.name)
        return own in OWN_FILE_ONLY or self.command not in COMMANDS

    @property
    def is_path(self) -> bool:
        """Whether it names a file or folder."""
        return self.parameter.metavar in _FILES or isinstance(self.parameter.type, click.Path)


def keys_of(name: str, command: click.Command) -> dict[str, Key]:
    """The keys of a command's table, by name."""
    found = {}
    for parameter in command.params:
        if not isinstance(parameter, click.Option) or parameter.hidden:
            continue
        option = option_of(parameter)
        if option is not None and option.name not in ASKED_EACH_TIME:
            found[option.name] = Key(name, parameter, option, _is_shared(name, option.name))
    return found


def _is_shared(command: str, key: str) -> bool:
    from vocmine.cli import COMMANDS

    only = SHARED.get(key)
    if only is None or command not in COMMANDS or (command, key) in NOT_SHARED:
        return False
    return command in only if only else True


def option_of(parameter: click.Option) -> Option | None:
    """Name, type and limits of an option of the command line; None for what has no such type."""
    kind = parameter.type
    type_: OptionType = "text"
    low = high = None
    if parameter.is_flag:
        if not parameter.is_bool_flag:
            return None
        type_ = "boolean"
    elif isinstance(kind, click.types.IntParamType | click.types.FloatParamType):
        type_ = "integer" if isinstance(kind, click.types.IntParamType) else "real"
        low, high = getattr(kind, "min", None), getattr(kind, "max", None)
    return Option(
        max(parameter.opts, key=len).lstrip("-"),
        type_,
        parameter.help or "",
        minimum=low,
        maximum=high,
        choices=tuple(map(str, kind.choices)) if isinstance(kind, click.Choice) else (),
        many=parameter.multiple,
    )


def values_of(config: Config, key: Key) -> list[Given]:
    """Every value that somebody gave a key, the strongest first; not checked."""
    return config.given(key.places, key.variable)


def value_of(given: Given, key: Key, context: click.Context) -> Any:
    """A value as the command's option takes it.

    Raises:
        UsageError: The option does not take it; names the file and line, or the variable.
    """
    if given.layer == "project" and key.own_file_only:
        raise given.fault(
            "is not taken from a project's file",
            f"Write it in your own {USER_FILE}, as {key.variable}, or on the command line.",
        )
    value = given.typed(key.option)
    if key.is_path and given.folder is not None:
        value = _located(value, given.folder)
    try:
        key.parameter.process_value(context, value)
    except click.BadParameter as error:
        raise given.fault(f"is {given.value!r}: {error.message.rstrip('.')}") from error
    return value


def _located(name: str, folder: Path) -> str:
    """A path of a file of settings: what is relative starts where that file is."""
    if not name or name == "-" or folder == Path.cwd():
        return name if not name.startswith("~") else str(Path(name).expanduser())
    return str(folder / Path(name).expanduser())


def defaults_of(
    config: Config, name: str, command: click.Command, plugin_commands: Callable[[], Keys]
) -> dict[str, Any]:
    """What a command's options are when the command line does not say, as click's `default_map`.

    Args:
        config: The settings.
        name: The command's name.
        command: The command.
        plugin_commands: Names of the commands of plugins; asked for only when a table may be of
            one, since that imports the plugins.

    Raises:
        UsageError: The first thing that is wrong in the tables that matter here.
    """
    keys = keys_of(name, command)
    for layer in config.layers:
        for fault in (
            *table_faults(layer, plugin_commands),
            *key_faults(layer, (DEFAULTS,), SHARED, ASKED_EACH_TIME),
            *key_faults(layer, (name,), keys, ASKED_EACH_TIME),
        ):
            raise fault
    context = click.Context(command, info_name=name)
    found = {}
    for key in keys.values():
        if given := values_of(config, key):
            assert key.parameter.name
            found[key.parameter.name] = value_of(given[0], key, context)
    return found


def table_faults(layer: Layer, plugin_commands: Callable[[], Keys]) -> Iterator[UsageError]:
    """Tables that a file has and that mean nothing, and values outside of any table."""
    from vocmine.cli import COMMANDS

    built_in = [*(name for name in COMMANDS if name not in UNCONFIGURED), DEFAULTS, PLUGINS]
    for name, value in layer.tables.items():
        where = layer.origin((name,))
        if not isinstance(value, Mapping):
            yield UsageError(
                f"{where}: '{name}' must be a table, or a key of one.",
                f"Write it below [{DEFAULTS}], or below the name of a command.",
            )
        elif name not in built_in and name not in plugin_commands():
            known = [*built_in, *plugin_commands()]
            yield UsageError(
                f"{where}: there is no table [{name}].",
                f"{did_you_mean(name, known)} Tables are {DEFAULTS}, {PLUGINS} and the names "
                "of commands.".strip(),
            )


def key_faults(
    layer: Layer, table: Keys, known: Iterable[str], reasons: Mapping[str, str] | None = None
) -> Iterator[UsageError]:
    """Keys of one table of a file that mean nothing.

    Args:
        layer: The file.
        table: The table.
        known: The keys that it may have.
        reasons: Keys that somebody may well try, and what to do instead.
    """
    known = list(known)
    for name in layer.table(*table):
        if name not in known:
            listed = f"Its keys are: {', '.join(known)}." if known else "It has none."
            yield UsageError(
                f"{layer.origin((*table, name))}: [{'.'.join(table)}] has no key '{name}'.",
                (reasons or {}).get(name, "") or did_you_mean(name, known) or listed,
            )
