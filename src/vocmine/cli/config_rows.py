"""What is set, as rows: key, value, where it comes from, what it stands instead of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from vocmine.cli.config_keys import Known, known_here
from vocmine.cli.configured import OWN_FILE_ONLY, Key, values_of
from vocmine.cli.configured_plugins import TRUST, given_to
from vocmine.config import PLUGINS, Config, Given, dotted

Row = dict[str, Any]


def setting_rows(config: Config, *, every: bool = False) -> list[Row]:
    """One row for each key that is set, or that may be.

    Args:
        config: The settings.
        every: Also what nobody set, with its default.

    Returns:
        Rows of `key`, `value`, `layer` (`environment`, `user`, `project` or `default`), `origin`,
        `instead_of`, the places of weaker values, and `overridden_by`, the place of a stronger
        value for the same command; in the order of tables and keys.

    Raises:
        UsageError: What settings say about plugins cannot be read.
    """
    known = known_here()
    rows = [
        *_plugin_rows(config, known, every=every),
        *(row for keys in known.keys.values() for row in _command_rows(config, keys.values())),
    ]
    if every:
        named = {row["key"] for row in rows}
        rows += [row for row in _default_rows(known) if row["key"] not in named]
    seen: dict[str, Row] = {}
    for row in rows:  # a key of `defaults` is set once, for many commands
        seen.setdefault(row["key"], row)
    return sorted(seen.values(), key=_in_order)


def _command_rows(config: Config, keys: Any) -> Iterator[Row]:
    for key in keys:
        found = values_of(config, key)
        # The values of a command and those of `defaults` are told as what they are.
        for place in key.places:
            own = [given for given in found if given.keys == place]
            if own:
                row = _row(own, _shown(key, own[0].value))
                if place != key.places[-1] and own[0] is not found[0]:
                    row["overridden_by"] = found[0].origin
                yield row


def _plugin_rows(config: Config, known: Known, *, every: bool) -> Iterator[Row]:
    for option in TRUST.values():
        found = config.given([(PLUGINS, option.name)])
        if found:
            yield _row(found, found[0].typed(option))
        elif every:
            yield _default(dotted((PLUGINS, option.name)), ())
    for analyzer, options in known.options.items():
        for option in options:
            found = given_to(config, analyzer, option)
            if found:
                yield _row(found, found[0].value)
            elif every:
                yield _default(dotted((PLUGINS, analyzer, option.name)), option.default)


def _default_rows(known: Known) -> Iterator[Row]:
    for keys in known.keys.values():
        for key in keys.values():
            yield _default(dotted(key.places[-1]), _usual(key))


def _usual(key: Key) -> Any:
    """The built-in default of an option, as a file would have it; None for none."""
    value = key.parameter.to_info_dict().get("default")
    if key.option.many:
        return list(value or ())
    if key.option.type == "boolean":
        return bool(value)
    return value if isinstance(value, str | int | float) and value != "" else None


def _row(found: Sequence[Given], value: Any) -> Row:
    strongest, *weaker = found
    return {
        "key": dotted(strongest.keys),
        "value": value,
        "layer": strongest.layer,
        "origin": strongest.origin,
        "instead_of": [given.origin for given in weaker],
        "overridden_by": "",
    }


def _default(key: str, value: Any) -> Row:
    row: Row = {"key": key, "value": value, "layer": "default", "origin": "default"}
    return row | {"instead_of": [], "overridden_by": ""}


def _shown(key: Key, value: object) -> object:
    """A value as it may be shown: the address of a webhook is a secret."""
    if (key.command, key.option.name) in OWN_FILE_ONLY and isinstance(value, str):
        parts = urlsplit(value)
        return f"{parts.scheme}://{parts.hostname or '…'}/…"
    return value.isoformat() if hasattr(value, "isoformat") else value


def _in_order(row: Row) -> tuple[bool, bool, str]:
    table = row["key"].split(".")[0]
    return table != "defaults", table != PLUGINS, row["key"]
