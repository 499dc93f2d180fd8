"""The JSON schema of a file of settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vocmine.cli.config_keys import known_here, shared_names
from vocmine.cli.configured_plugins import TRUST
from vocmine.config import DEFAULTS, PLUGINS
from vocmine.options import Option

_TYPES = {"text": "string", "integer": "integer", "real": "number", "boolean": "boolean"}


def settings_schema() -> dict[str, Any]:
    """A schema (draft 2020-12) of every key of every command and analyzer of this machine.

    Raises:
        UsageError: What settings say about plugins cannot be read.
    """
    known = known_here()
    defaults = [known.shared(name)[0].option for name in shared_names(known)]
    tables = {
        DEFAULTS: _table(defaults, "What every command with such an option takes."),
        PLUGINS: {
            "type": "object",
            "description": "Which plugins are used, and options of analyzers.",
            "properties": {
                **{name: _value(option) for name, option in TRUST.items()},
                **{name: _table(options) for name, options in known.options.items()},
            },
            "additionalProperties": False,
        },
    }
    for name, keys in known.keys.items():
        command = known.commands[name]
        options = [key.option for key in keys.values()]
        tables[name] = _table(options, command.get_short_help_str(100))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of vocmine",
        "type": "object",
        "properties": tables,
        "additionalProperties": False,
    }


def _table(options: Iterable[Option], description: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "object",
        "properties": {option.name: _value(option) for option in options},
        "additionalProperties": False,
    }
    return {"description": description, **found} if description else found


def _value(option: Option) -> dict[str, Any]:
    one: dict[str, Any] = {"type": _TYPES[option.type]}
    if option.choices:
        one["enum"] = list(option.choices)
    if option.minimum is not None:
        one["minimum"] = option.minimum
    if option.maximum is not None:
        one["maximum"] = option.maximum
    found = {"type": "array", "items": one} if option.many else one
    if option.help:
        found["description"] = option.help
    if option.default is not None:
        found["default"] = list(option.default) if option.many else option.default
    return found
