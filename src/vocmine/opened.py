"""Analyzers that are loaded, checked against what they declare, and opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from vocmine import trust
from vocmine.compatibility import deprecated
from vocmine.contract import check_declaration
from vocmine.errors import PLUGIN_FAULTS, PluginError, UsageError, cause_of
from vocmine.guard import Costs
from vocmine.options import Option, checked_options, declared_options

if TYPE_CHECKING:
    from vocmine.plugin import Analyzer, Context
    from vocmine.plugins import Plugins, Registered

CORE_TABLES = (
    "sources messages message_sources messages_fts segments runs analyses analyzer_tables "
    "analysed insights failures skips categories corrections predictions friction_points "
    "journey_map pyramid category_points sketches plugin_memory plugin_costs"
).split()
"""Names that no analyzer may take."""


@dataclass(frozen=True, slots=True)
class OpenAnalyzer:
    """An analyzer that is loaded, checked and ready."""

    name: str
    registered: Registered
    analyzer: Analyzer
    alone: Lock = field(default_factory=Lock, compare=False)
    """Held while it learns: what a corpus analyzer learnt of one store is not for another."""
    options: dict[str, Any] = field(default_factory=dict)
    """What somebody set, typed; defaults apart."""

    @property
    def who(self) -> str:
        """Analyzer, plugin and version, for messages."""
        return f"Analyzer '{self.name}' {self.analyzer.version} ({self.registered.origin})"

    @property
    def per_corpus(self) -> bool:
        """Whether it must see the whole corpus first."""
        return any(table.per == "corpus" for table in self.analyzer.outputs)


def open_analyzers(
    plugins: Plugins,
    names: Sequence[str],
    context: Context,
    options: dict[str, dict[str, Any]],
    costs: Costs | None = None,
) -> tuple[list[OpenAnalyzer], list[PluginError]]:
    """Load, check and open analyzers by name; one that fails is returned as an error.

    What it takes is added to `costs`.

    Raises:
        UsageError: An option that the analyzer does not have, or cannot make sense of.
    """
    costs = costs or Costs()
    opened: list[OpenAnalyzer] = []
    errors: list[PluginError] = []
    taken = dict.fromkeys(CORE_TABLES, "the core")
    for name in names:
        registered = plugins.get("analyzer", name)
        try:
            with costs.call(registered.owner):
                analyzer = registered.create()
            check_declaration(registered.who, analyzer)
            claim_tables(registered.who, analyzer, taken)
            declared = _declared(registered, analyzer)
            given = options.get(name, {})
            values = checked_options(name, declared, given)
            with costs.call(registered.owner):
                analyzer.open(replace(context, options=values))
        except UsageError:
            raise
        except PluginError as error:
            errors.append(error)
        except PLUGIN_FAULTS as error:
            errors.append(
                PluginError(
                    f"{registered.who} cannot be opened: {cause_of(error)}.",
                    f"Leave it out with --analyzer, or mend {registered.distribution}.",
                )
            )
        else:
            opened.append(
                OpenAnalyzer(
                    name, registered, analyzer, options={key: values[key] for key in given}
                )
            )
    return opened, errors


def _declared(registered: Registered, analyzer: Analyzer) -> tuple[Option, ...]:
    """The options of an analyzer; who ships it is told when they are declared as of old."""
    options = getattr(analyzer, "options", ())
    if isinstance(options, Mapping) and registered.distribution != trust.HOST:
        deprecated(
            "'options' as a mapping",
            "a tuple of vocmine.plugin.Option",
            "2.0",
            plugin=registered.who,
        )
    return declared_options(analyzer)


def claim_tables(who: str, analyzer: Analyzer, taken: dict[str, str]) -> None:
    """Note an analyzer's tables in `taken` (table to owner).

    Raises:
        PluginError: When another has one of them.
    """
    for table in analyzer.outputs:
        if table.name in taken:
            raise PluginError(
                f"{who} declares table '{table.name}', which belongs to {taken[table.name]}; "
                "the analyzer is left out.",
                "Give the table another name.",
            )
    taken.update((table.name, who) for table in analyzer.outputs)
