"""The command line. Commands are imported when used, so that `--help` stays quick."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from vocmine import __version__
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
            # The command that is not found may be that of a plugin which failed.
            if cmd_name not in self.commands:
                click.echo(f"Note: {problem}", err=True)
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any of the built-in ones."""
        others = self.list_commands(ctx)[len(COMMANDS) :]
        rows = [*COMMANDS.items()]
        rows += [(name, self.commands[name].get_short_help_str(60)) for name in others]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _add_plugin_commands(group: click.Group) -> list[str]:
    """Let plugins add their commands, once; a sentence for each plugin that has a problem."""
    if "_plugin_problems" not in group.__dict__:
        from vocmine.plugins import load_plugins

        plugins = load_plugins()
        plugins.add_commands(group, COMMANDS)
        group.__dict__["_plugin_problems"] = list(map(str, plugins.problems))
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
