"""What settings may say about plugins: those that are used, and options of analyzers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vocmine.cli.configured import key_faults
from vocmine.config import PLUGINS, Config, Given, Layer
from vocmine.errors import PluginError, UsageError
from vocmine.options import Option, declared_options, did_you_mean
from vocmine.trust import ALLOW, DISABLE

if TYPE_CHECKING:
    from vocmine.plugins import Plugins

TRUST = {option.name: option for option in (ALLOW, DISABLE)}


def declared_by(plugins: Plugins, names: Iterable[str] = ()) -> dict[str, tuple[Option, ...]]:
    """Analyzer name to the options that it declares; their classes are imported.

    One that cannot be loaded is left out: whoever uses it will say why.

    Args:
        plugins: What is installed.
        names: Analyzers; none means all.
    """
    found = {}
    registered = plugins.of("analyzer")
    for name in names or registered:
        if name in registered:
            try:
                found[name] = declared_options(registered[name].create())
            except (PluginError, ValueError):
                continue
    return found


def plugin_faults(
    layer: Layer, plugins: Plugins, declared: Mapping[str, tuple[Option, ...]]
) -> Iterator[UsageError]:
    """What a file says about plugins and means nothing.

    Args:
        layer: The file.
        plugins: What is installed.
        declared: Analyzers whose options are looked at.
    """
    analyzers = plugins.of("analyzer")
    for name, value in layer.table(PLUGINS).items():
        if name in TRUST:
            continue
        where = layer.origin((PLUGINS, name))
        if not isinstance(value, Mapping):
            yield UsageError(
                f"{where}: '{PLUGINS}.{name}' must be a table of options.",
                did_you_mean(name, TRUST) or f"Write them below [{PLUGINS}.{name}].",
            )
        elif name in declared:
            yield from key_faults(layer, (PLUGINS, name), [o.name for o in declared[name]])
        elif name not in analyzers and not plugins.inactive:
            # A plugin that is not used may have an analyzer of this name: nobody asked it.
            known = ", ".join(analyzers)
            yield UsageError(
                f"{where}: there is no analyzer '{name}'.",
                f"{did_you_mean(name, analyzers)} Analyzers are: {known}.".strip(),
            )


def given_to(config: Config, analyzer: str, option: Option) -> list[Given]:
    """Every value that somebody gave an option of an analyzer, the strongest first."""
    return config.given([(PLUGINS, analyzer, option.name)])


def configured_options(
    config: Config, plugins: Plugins, names: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """The options that settings give the analyzers of a run, checked.

    Args:
        config: The settings.
        plugins: What is installed.
        names: Analyzers of the run; none means all.

    Raises:
        UsageError: The first that means nothing; names file and line, or the variable.
    """
    declared = declared_by(plugins, names)
    for layer in config.layers:
        for fault in plugin_faults(layer, plugins, declared):
            raise fault
    options: dict[str, dict[str, Any]] = {}
    for analyzer, known in declared.items():
        for option in known:
            if given := given_to(config, analyzer, option):
                options.setdefault(analyzer, {})[option.name] = given[0].typed(option)
    return options
