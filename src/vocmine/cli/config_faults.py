"""Everything that is wrong in settings, not only what matters to one command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import click

from vocmine.cli.config_keys import Known, known_here, shared_names
from vocmine.cli.configured import ASKED_EACH_TIME, Key, key_faults, table_faults, value_of
from vocmine.cli.configured_plugins import TRUST, plugin_faults
from vocmine.config import DEFAULTS, PLUGINS, USER_VARIABLE, Config, Given, Layer, variable
from vocmine.errors import UsageError
from vocmine.options import did_you_mean
from vocmine.trust import configured_policy

OTHER_VARIABLES = (
    USER_VARIABLE,
    "VOCMINE_DEBUG",
    "VOCMINE_IMAP_PASSWORD",
    "VOCMINE_IMAP_TOKEN",
    "VOCMINE_MODELS",
    "VOCMINE_VENDORS",
)
"""Variables that are no settings of a command, an analyzer or the use of plugins."""


def every_fault(config: Config) -> list[UsageError]:
    """Every fault of every file and variable, in the order of files and tables.

    Raises:
        UsageError: What settings say about the use of plugins cannot be read: then nothing else
            can be checked.
    """
    configured_policy(config)
    known = known_here()
    faults: list[UsageError] = []
    for layer in config.layers:
        faults += _faults_of(layer, known)
    faults += _wrong(_variables(config, known))
    return list({str(fault): fault for fault in faults}.values())


def _faults_of(layer: Layer, known: Known) -> Iterator[UsageError]:
    yield from table_faults(layer, lambda: tuple(known.commands))
    shared = shared_names(known)
    yield from key_faults(layer, (DEFAULTS,), shared, ASKED_EACH_TIME)
    for name in shared:
        yield from _wrong(_checks(layer.given((DEFAULTS, name)), known.shared(name)))
    for command, keys in known.keys.items():
        yield from key_faults(layer, (command,), keys, ASKED_EACH_TIME)
        for name, key in keys.items():
            yield from _wrong(_checks(layer.given((command, name)), [key]))
    for name, option in TRUST.items():
        if given := layer.given((PLUGINS, name)):
            yield from _wrong([partial(given.typed, option)])
    yield from plugin_faults(layer, known.plugins, known.options)
    for analyzer, options in known.options.items():
        for option in options:
            if given := layer.given((PLUGINS, analyzer, option.name)):
                yield from _wrong([partial(given.typed, option)])


def _variables(config: Config, known: Known) -> Iterator[Callable[[], Any]]:
    """A check of the value of every variable that is set."""
    for keys in known.keys.values():
        for key in keys.values():
            found = config.given(key.places, key.variable)
            yield from _checks(_from_variable(found), [key])
    for analyzer, options in known.options.items():
        for option in options:
            found = config.given([(PLUGINS, analyzer, option.name)])
            if given := _from_variable(found):
                yield partial(given.typed, option)


def _from_variable(found: list[Given]) -> Given | None:
    return found[0] if found and found[0].layer == "environment" else None


def _checks(given: Given | None, keys: Iterable[Key]) -> Iterator[Callable[[], Any]]:
    """A check for each command that a value is for: one may take what another does not."""
    if given is None:
        return
    for key in keys:
        context = click.Context(click.Command(key.command), info_name=key.command)
        yield partial(value_of, given, key, context)


def _wrong(checks: Iterable[Callable[[], Any]]) -> Iterator[UsageError]:
    for check in checks:
        try:
            check()
        except UsageError as error:
            yield error


def oddities(config: Config) -> Iterator[str]:
    """What is no fault, and perhaps not what was meant: names that nothing here has."""
    known = known_here()
    policy = configured_policy(config)
    installed = known.plugins.installed
    names = sorted({name for one in installed for name in (one.plugin, one.distribution)})
    for key, given, origin in (
        ("allow", policy.allow, policy.allow_origin),
        ("disable", policy.disable, policy.disable_origin),
    ):
        for name in given:
            if not policy.knows(name, names):
                yield (
                    f"{origin}: {PLUGINS}.{key} names '{name}', and no plugin or distribution of "
                    f"that name is installed. {did_you_mean(name, names)}".strip()
                )
    meant = set(OTHER_VARIABLES) | {variable((PLUGINS, name)) for name in TRUST}
    meant |= {key.variable for keys in known.keys.values() for key in keys.values()}
    for analyzer, options in known.options.items():
        meant |= {variable((PLUGINS, analyzer, option.name)) for option in options}
    for name in sorted(config.environ):
        if name.startswith("VOCMINE_") and name not in meant:
            yield f"The variable {name} sets nothing. {did_you_mean(name, meant)}".strip()
