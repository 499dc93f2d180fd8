"""Finding plugins and keeping a broken one from breaking the rest."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

import pluggy

from vocmine import hookspecs
from vocmine.compatibility import DECLARATION, declared_in_source, misfit
from vocmine.errors import PLUGIN_FAULTS, PluginError, UsageError, cause_of
from vocmine.guard import Costs, Who
from vocmine.installed import Installed, State, of_entry
from vocmine.options import did_you_mean
from vocmine.trust import HOST, Policy, configured_policy

if TYPE_CHECKING:
    import click
    import sqlite_utils

GROUP = "vocmine"
KINDS = {
    "source": "register_sources",
    "analyzer": "register_analyzers",
    "encoder": "register_encoders",
    "section": "register_report_sections",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a plugin, or a part of it, is not in use."""

    plugin: str
    distribution: str
    message: str
    hint: str = ""
    traceback: str = ""

    def __str__(self) -> str:
        return f"Plugin '{self.plugin}' ({self.distribution}): {self.message} {self.hint}"


@dataclass(frozen=True, slots=True)
class Registered:
    """A source, analyzer, encoder or report section that a plugin registered."""

    kind: str
    name: str
    target: type[Any] | str
    summary: str
    plugin: str
    distribution: str
    version: str

    @property
    def origin(self) -> str:
        """Distribution and version, for messages."""
        return f"{self.distribution} {self.version}".strip()

    @property
    def owner(self) -> Who:
        """Kind, name and origin, to count costs by."""
        return Who(self.kind, self.name, self.origin)

    @property
    def who(self) -> str:
        """Kind, name and origin, to begin a message with."""
        return str(self.owner)

    @property
    def path(self) -> str:
        """Where the class is, as `module:Class`."""
        if isinstance(self.target, str):
            return self.target
        return f"{self.target.__module__}:{self.target.__qualname__}"

    def create(self) -> Any:
        """Import the class and make one.

        Raises:
            PluginError: When it cannot be imported or made; the cause is chained.
        """
        try:
            target = _import(self.target) if isinstance(self.target, str) else self.target
            return target()
        except PLUGIN_FAULTS as error:
            raise PluginError(
                f"{self.who} cannot be loaded: {cause_of(error)}.",
                "Run 'vocmine plugins --check -v' for the traceback, or reinstall the plugin.",
            ) from error


def _import(path: str) -> type[Any]:
    module, _, name = path.partition(":")
    target: type[Any] = getattr(import_module(module), name)
    return target


@dataclass(slots=True)
class Plugins:
    """Everything that loaded, by kind and name, and everything that did not, with its reason.

    Args:
        installed: Every plugin that was found, with its state.
    """

    manager: pluggy.PluginManager
    registered: dict[str, dict[str, Registered]] = field(
        default_factory=lambda: {kind: {} for kind in KINDS}
    )
    problems: list[Problem] = field(default_factory=list)
    distributions: dict[str, tuple[str, str]] = field(default_factory=dict)
    installed: list[Installed] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, Registered]:
        """Registered objects of one kind, by name, in a stable order."""
        return dict(sorted(self.registered[kind].items()))

    def get(self, kind: str, name: str) -> Registered:
        """One registered object.

        Raises:
            UsageError: When there is none of that name; lists those that exist.
        """
        try:
            return self.registered[kind][name]
        except KeyError:
            known = ", ".join(self.of(kind)) or "none"
            unused = next((p for p in self.inactive if p.plugin == name), None)
            raise UsageError(
                f"There is no {kind} named '{name}'.",
                unused.refused or f"Its plugin has a problem: {unused.why}"
                if unused
                else f"{did_you_mean(name, self.of(kind))} Available: {known}. "
                "See 'vocmine plugins'.".strip(),
            ) from None

    @property
    def inactive(self) -> list[Installed]:
        """Plugins that are installed and not in use."""
        return [plugin for plugin in self.installed if plugin.state != "active"]

    def add_commands(self, cli: click.Group, reserved: Iterable[str] = ()) -> None:
        """Let plugins add commands; one that fails, or takes a name in use, is reported.

        Args:
            cli: Group that the commands go to.
            reserved: Names of built-in commands, which no plugin may take.
        """
        owners = dict.fromkeys(reserved, "vocmine")
        for plugin, implementation in self._implementations("register_commands"):
            before = dict(cli.commands)
            self._call(plugin, "register_commands", implementation, cli=cli)
            added = {k: c for k, c in cli.commands.items() if before.get(k) is not c}
            for name, command in added.items():
                distribution = " ".join(self.distributions.get(plugin, ("unknown", ""))).strip()
                if name not in owners:
                    owners[name] = distribution
                    _blame(command, f"plugin '{plugin}' ({distribution})")
                    continue
                cli.commands.pop(name)
                if name in before:
                    cli.commands[name] = before[name]
                self._report(
                    plugin,
                    f"The command '{name}' is of {owners[name]} and of {distribution}; "
                    "the second is left out.",
                    "Rename it in the plugin.",
                    trace=False,
                )

    def prepare_store(self, db: sqlite_utils.Database) -> None:
        """Let plugins prepare the opened store; one that fails is reported and left out."""
        for plugin, implementation in self._implementations("prepare_store"):
            self._call(plugin, "prepare_store", implementation, db=db)

    def _call(
        self, plugin: str, hook: str, implementation: pluggy.HookImpl, **arguments: Any
    ) -> None:
        try:
            with self._watched(plugin):
                implementation.function(*(arguments[name] for name in implementation.argnames))
        except PLUGIN_FAULTS as error:
            message = f"'{hook}' failed: {cause_of(error)}."
            self._report(plugin, message)
            for found in self.installed:
                if found.plugin == plugin and found.state == "active":
                    found.state, found.why = "failed", message

    @contextmanager
    def _watched(self, plugin: str) -> Iterator[None]:
        """Keep what a plugin prints or sets from doing harm, and report it."""
        costs = Costs()
        try:
            with costs.call(Who("plugin", plugin, self._origin(plugin))):
                yield
        finally:
            for text in costs.notes("It"):
                self._report(plugin, text, trace=False)

    def _origin(self, plugin: str) -> str:
        return " ".join(self.distributions.get(plugin, ("unknown", ""))).strip()

    def _implementations(self, hook: str) -> Iterator[tuple[str, pluggy.HookImpl]]:
        # get_hookimpls is in calling order (last registered last here); one plugin at a time,
        # because pluggy itself stops at the first exception.
        for implementation in getattr(self.manager.hook, hook).get_hookimpls():
            yield implementation.plugin_name, implementation

    def _report(self, plugin: str, message: str, hint: str = "", *, trace: bool = True) -> None:
        distribution, version = self.distributions.get(plugin, ("unknown", ""))
        problem = Problem(
            plugin,
            f"{distribution} {version}".strip(),
            message,
            hint or f"Mend or remove it: 'pip uninstall {distribution}'.",
            traceback.format_exc() if trace else "",
        )
        if problem not in self.problems:
            self.problems.append(problem)

    def _load(self, entry: metadata.EntryPoint, policy: Policy) -> None:
        found = of_entry(entry)
        self.installed.append(found)
        if refusal := policy.refusal(found.plugin, found.distribution):
            found.state, found.why = refusal
            return
        # What comes with vocmine fits it, which is not looked at for every `--help`.
        foreign = found.distribution != HOST
        if not self._claim(found):
            return
        if foreign and self._unfit(found, declared_in_source(found.file)):
            return
        try:
            with self._watched(entry.name):
                module = entry.load()
        except PLUGIN_FAULTS as error:
            self._leave_out(
                found,
                f"'{entry.value}' cannot be imported: {cause_of(error)}.",
                f"Install it, and ask the author of {found.distribution} to declare it."
                if isinstance(error, ModuleNotFoundError)
                else "",
                trace=True,
            )
            return
        if not (foreign and self._unfit(found, getattr(module, DECLARATION, None))):
            self._register(found, module)

    def _give(self, module: object) -> None:
        """Take a plugin that an embedding program gives: whoever gives it trusts it."""
        name = getattr(module, "__name__", type(module).__name__)
        found = Installed(name, name, str(getattr(module, "__version__", "")), name)
        self.installed.append(found)
        unfit = getattr(module, DECLARATION, None)
        if self._claim(found) and not self._unfit(found, unfit):
            self._register(found, module)

    def _unfit(self, found: Installed, wanted: object) -> bool:
        """Whether a plugin is for another plugin API, which is then reported."""
        why = misfit(wanted)
        if why:
            self._leave_out(
                found,
                f"{why[0].upper()}{why[1:]} The plugin is left out.",
                f"Install a version of {found.distribution} for this vocmine.",
                state="incompatible",
            )
        return bool(why)

    def _claim(self, found: Installed) -> bool:
        """Whether a plugin may have this name: the first one keeps it."""
        name, own = found.plugin, (found.distribution, found.version)
        first = self.distributions.setdefault(name, own)
        if not self.manager.has_plugin(name):
            self.distributions[name] = own
            return True
        self._leave_out(
            found,
            f"Two plugins are named '{name}', of {first[0]} and of {own[0]}; "
            "the second is left out.",
            f"Rename its entry point, or uninstall {own[0]}.",
        )
        return False

    def _register(self, found: Installed, module: object) -> None:
        name = found.plugin
        try:
            self.manager.register(module, name)
        except Exception as error:  # pluggy: arguments that the hook does not have
            message = f"It does not fit the contract: {cause_of(error)}."
            self._leave_out(found, message, trace=True)
            if self.manager.has_plugin(name):
                self.manager.unregister(name=name)
            return
        callers = self.manager.get_hookcallers(module) or []
        found.hooks = tuple(sorted(caller.name for caller in callers))
        unknown = sorted(caller.name for caller in callers if not caller.has_spec())
        if unknown:
            known = ", ".join(sorted(n for n in vars(hookspecs) if n.startswith(("reg", "prep"))))
            self._leave_out(
                found,
                f"There is no hook named '{unknown[0]}'; the plugin is left out.",
                f"Use one of: {known}.",
            )
            self.manager.unregister(name=name)
        elif not callers:
            self._leave_out(
                found, "It registers nothing.", "Mark its functions with '@vocmine.hookimpl'."
            )

    def _leave_out(
        self,
        found: Installed,
        message: str,
        hint: str = "",
        *,
        state: State = "failed",
        trace: bool = False,
    ) -> None:
        found.state, found.why = state, message
        self._report(found.plugin, message, hint, trace=trace)

    def _collect(self) -> None:
        for kind, hook in KINDS.items():
            for plugin, implementation in self._implementations(hook):
                self._call(plugin, hook, implementation, register=self._registrar(kind, plugin))

    def _registrar(self, kind: str, plugin: str) -> hookspecs.Register:
        distribution, version = self.distributions.get(plugin, ("unknown", ""))

        def register(name: str, target: type[Any] | str, *, summary: str = "") -> None:
            taken = self.registered[kind].get(name)
            if taken is not None:
                self._report(
                    plugin,
                    f"The {kind} name '{name}' is used by {taken.distribution} and by "
                    f"{distribution}; the second is left out.",
                    f"Rename it in one of them, or uninstall {distribution}.",
                    trace=False,
                )
                return
            self.registered[kind][name] = Registered(
                kind, name, target, summary, plugin, distribution, version
            )

        return register


def _blame(command: click.Command, who: str) -> None:
    """Have an exception of a plugin's command say whose it is."""
    invoke = command.invoke

    def invoke_and_name(context: click.Context) -> Any:
        try:
            return invoke(context)
        except Exception as error:
            error.add_note(f"Raised by a command of {who}.")
            raise

    setattr(command, "invoke", invoke_and_name)  # noqa: B010 - mypy knows it as a method


def load_plugins(modules: Iterable[object] = (), policy: Policy | None = None) -> Plugins:
    """Load every installed plugin (entry-point group `vocmine`), each on its own.

    Built-ins come first, so that a third party cannot take the name of one silently; the order
    is otherwise by name, and the same every time.

    Args:
        modules: Plugin objects given by an embedding program, besides the installed ones.
        policy: Which of the installed ones may be imported; None: as the settings have it.

    Raises:
        UsageError: The settings that hold here cannot be read.
    """
    manager = pluggy.PluginManager("vocmine")
    manager.add_hookspecs(hookspecs)
    plugins = Plugins(manager)
    chosen = configured_policy() if policy is None else policy
    entries = metadata.entry_points(group=GROUP)
    for entry in sorted(entries, key=_built_ins_first):
        plugins._load(entry, chosen)
    for module in modules:
        plugins._give(module)
    plugins._collect()
    return plugins


def _built_ins_first(entry: metadata.EntryPoint) -> tuple[bool, str, str]:
    distribution = entry.dist.name if entry.dist else ""
    return distribution != HOST, entry.name, distribution
