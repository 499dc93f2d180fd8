"""Which plugins may be used: an allow-list, and those that are switched off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from vocmine.config import PLUGINS, Config, load_config
from vocmine.options import Option

HOST = "vocmine"
"""The distribution that plugins which come with vocmine are of."""

ALLOW = Option(
    "allow",
    many=True,
    help="plugins or distributions that may be used beside those of vocmine; empty means all",
)
DISABLE = Option("disable", many=True, help="plugins or distributions that are not used")

Refusal = Literal["disabled", "not allowed"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Which plugins may be imported. What comes with vocmine is always allowed.

    Args:
        allow: Names of plugins or distributions; empty means all.
        disable: Names of plugins or distributions that are not used, allowed or not.
        allow_origin: Where `allow` was written, for messages.
        disable_origin: Where `disable` was written.
    """

    allow: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    allow_origin: str = ""
    disable_origin: str = ""

    def refusal(self, plugin: str, distribution: str) -> tuple[Refusal, str] | None:
        """Why a plugin is not used, as state and reason; None where it is.

        Args:
            plugin: Name of its entry point.
            distribution: Who ships it; names count as equal as they do for pip.
        """
        if not (self.allow or self.disable):
            return None
        names = _canonical((plugin, distribution))
        if by := names & _canonical(self.disable):
            told = f"'{min(by)}' is in {PLUGINS}.{DISABLE.name}"
            return "disabled", _at(told, self.disable_origin)
        if self.allow and distribution != HOST and not names & _canonical(self.allow):
            told = f"neither '{plugin}' nor '{distribution}' is in {PLUGINS}.{ALLOW.name}"
            return "not allowed", _at(told, self.allow_origin)
        return None

    @staticmethod
    def knows(name: str, names: Iterable[str]) -> bool:
        """Whether a name is among others, as pip compares them."""
        return bool(_canonical([name]) & _canonical(names))


def _canonical(names: Iterable[str]) -> set[str]:
    # Slow to import, and most people have no such list.
    from packaging.utils import canonicalize_name

    return {str(canonicalize_name(name)) for name in names}


def _at(told: str, origin: str) -> str:
    return f"{told}, {origin}" if origin else told


def configured_policy(config: Config | None = None) -> Policy:
    """The policy of the settings that hold where the process runs.

    Raises:
        UsageError: A file of settings cannot be read, or its lists are no lists of names.
    """
    config = config or load_config()
    values: dict[str, tuple[str, ...]] = {}
    origins: dict[str, str] = {}
    for option in (ALLOW, DISABLE):
        found = config.given([(PLUGINS, option.name)])
        values[option.name] = found[0].typed(option) if found else ()
        origins[option.name] = found[0].origin if found else ""
    return Policy(
        values[ALLOW.name],
        values[DISABLE.name],
        origins[ALLOW.name],
        origins[DISABLE.name],
    )
