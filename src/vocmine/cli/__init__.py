"""The command line. Commands are imported when used, so that `--help` stays quick."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn

import click

from vocmine import __version__
from vocmine.compatibility import VocmineDeprecationWarning
from vocmine.errors import UsageError, VocmineError, cause_of

COMMANDS = {
    "analyze": "Analyse exports and store what customers say.",
    "preview": "Show how an export would be read; nothing is stored.",
    "summary": "Print the first figures, in all or by a column of the export.",
    "insights": "List insights with their exact quotes.",
    "friction": "Rank the friction points.",
    "journey": "Show the journey: before, during and after the purchase.",
    "pyramid": "Show the experience pyramid: what is met and what is missed.",
    "pqrs": "Show the PQRS clock: what is due, what is overdue, who insists.",
    "promises": "Show promises kept and broken.",
    "trends": "Show figures over time, and what changed.",
    "changes": "List what changed: spikes, new levels, new and gone friction points.",
    "watch": "Tell what needs attention in the newest week or month.",
    "topics": "List the topics customers talk about.",
    "compare": "Say what sets a city, a channel, a month or a brand apart.",
    "search": "Search the messages.",
    "report": "Write the report: HTML, Excel or Markdown.",
    "evaluate": "Measure how well messages that you labelled are read.",
    "correct": "Correct labels and insights, for good.",
    "train": "Make a model of your own from labels and corrections.",
    "export": "Export results as CSV, JSONL or XLSX.",
    "runs": "List the runs of a store.",
    "plugins": "List plugins, and say what is wrong with them.",
    "models": "List the models and check their files.",
    "config": "Show and check settings: files, variables and what they set.",
    "demo": "Try vocmine on invented messages of a bank.",
}
"""Command to its one-line help; the code is in the module of the same name."""


class LazyGroup(click.Group):
    """Imports a command's module only when the command runs."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that closes the pipe has seen enough, which is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _leave_quietly()
        except KeyboardInterrupt:
            click.echo("\nInterrupted.", err=True)
            sys.exit(130)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Built-in commands in their order, then those of plugins."""
        _add_plugin_commands(self)
        return [*COMMANDS, *sorted(set(self.commands) - set(COMMANDS))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A built-in command, or one that a plugin added."""
        if cmd_name in COMMANDS:
            module = import_module(f"vocmine.cli.{cmd_name}")
            command: click.Command = getattr(module, cmd_name)
            return command
        for problem in _add_plugin_commands(self):
            # The command that is not found may be that of a plugin which failed, or is not used.
            if cmd_name not in self.commands:
                click.echo(f"Note: {problem}", err=True)
        return self.commands.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, with what files of settings and variables say about its options."""
        name, command, rest = super().resolve_command(ctx, args)
        if name and command:
            asked = not {"-h", "--help"}.isdisjoint(rest)
            ctx.default_map = {name: _configured(self, name, command, for_help=asked)}
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any of the built-in ones."""
        others = self.list_commands(ctx)[len(COMMANDS) :]
        rows = [*COMMANDS.items()]
        rows += [(name, self.commands[name].get_short_help_str(60)) for name in others]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _configured(
    group: click.Group, name: str, command: click.Command, *, for_help: bool
) -> dict[str, Any]:
    """Options of a command that settings give; help is shown whatever is wrong with them."""
    from vocmine.cli.configured import UNCONFIGURED, defaults_of
    from vocmine.config import load_config

    if name in UNCONFIGURED:
        return {}

    def others() -> tuple[str, ...]:
        _add_plugin_commands(group)
        return tuple(group.commands)

    try:
        return defaults_of(load_config(), name, command, others)
    except UsageError as error:
        if not for_help:
            raise
        click.echo(f"Note: {error}", err=True)
        return {}


def _add_plugin_commands(group: click.Group) -> list[str]:
    """Let plugins add their commands, once; a sentence for each plugin that has a problem.

    None is imported where settings cannot be read: they may say which must not be.
    """
    if "_plugin_problems" not in group.__dict__:
        from vocmine.plugins import load_plugins

        try:
            plugins = load_plugins()
        except UsageError as error:
            click.echo(f"Note: {error} Commands of plugins are left out.", err=True)
            return []
        plugins.add_commands(group, COMMANDS)
        refused = [plugin.refused for plugin in plugins.installed if plugin.refused]
        group.__dict__["_plugin_problems"] = [*map(str, plugins.problems), *refused]
    found: list[str] = group.__dict__["_plugin_problems"]
    return found


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: vocmine analyze quejas.xlsx",
)
@click.version_option(__version__, "-V", "--version", prog_name="vocmine")
def cli() -> None:
    """Mine Voice of Customer and PQRS, offline: what hurts, where, and the words that prove it."""


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line and exit: 0 ok, 1 something failed, 2 wrong usage, 130 interrupted."""
    _write_any_text()
    try:
        try:
            with _deprecations_told():
                return cli.main(args=list(arguments) if arguments is not None else None)
        finally:
            sys.stdout.flush()
    except VocmineError as error:
        if os.environ.get("VOCMINE_DEBUG"):
            raise
        click.echo(f"Error: {error}", err=True)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except BrokenPipeError:
        _leave_quietly()
    except Exception as error:
        if os.environ.get("VOCMINE_DEBUG"):
            raise
        # A note names the plugin at fault.
        notes = getattr(error, "__notes__", ["This is a fault of vocmine: please report it."])
        click.echo(
            f"Error: {cause_of(error)}. {' '.join(notes)} Set VOCMINE_DEBUG=1 to see where.",
            err=True,
        )
        sys.exit(1)


@contextmanager
def _deprecations_told() -> Iterator[None]:
    """What a plugin does that will stop to work is told on stderr, once for each plugin."""
    told: set[str] = set()
    usual = warnings.showwarning

    def show(message: Warning | str, *where: Any, **more: Any) -> None:
        if not isinstance(message, VocmineDeprecationWarning):
            usual(message, *where, **more)
        elif (plugin := message.plugin or str(where[1])) not in told:
            told.add(plugin)
            click.echo(f"Note: {message}", err=True)

    with warnings.catch_warnings():
        warnings.simplefilter("always", VocmineDeprecationWarning)
        warnings.showwarning = show
        yield


def _write_any_text() -> None:
    """Customers write accents and emoji, which a C locale or a Windows pipe would refuse."""
    for stream in (sys.stdout, sys.stderr):
        narrow = stream.encoding.lower().replace("-", "") not in ("utf8", "utf16le")
        if isinstance(stream, io.TextIOWrapper) and narrow:
            asked = "PYTHONIOENCODING" in os.environ or stream.isatty()
            stream.reconfigure(encoding=None if asked else "utf-8", errors="replace")


def discard_stdout() -> None:
    """After `vocmine insights | head`: what is still buffered goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave_quietly() -> NoReturn:
    discard_stdout()
    sys.exit(0)
