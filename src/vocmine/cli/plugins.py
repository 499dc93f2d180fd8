"""`vocmine plugins`: what is installed, and what is wrong with it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.plugin_new import new

if TYPE_CHECKING:
    from vocmine.plugins import Plugins, Problem, Registered


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  vocmine plugins
  vocmine plugins --check       load every plugin and check what it declares
  vocmine plugins -v            with classes, versions and tracebacks
  vocmine plugins new quejas-radio --kind source""",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--check", is_flag=True, help="Load everything and check it against the contract.")
@click.option("--verbose", "-v", is_flag=True, help="Show classes, outputs and tracebacks.")
@click.pass_context
def plugins(ctx: click.Context, as_json: bool, check: bool, verbose: bool) -> None:
    """List plugins, and say what is wrong with them; 'new' writes one to start from.

    First each plugin, with its state: active, disabled or not allowed by [plugins] of the settings,
    incompatible, or failed. Then what the active ones bring. Exit code 1 when a plugin has a
    problem; the others work all the same.
    """
    if ctx.invoked_subcommand:
        return
    from vocmine.cli.plugin_list import print_installed, row_of
    from vocmine.plugins import load_plugins

    loaded = load_plugins()
    rows = [_row(item) for kind in loaded.registered for item in loaded.of(kind).values()]
    found = _check(loaded, rows) if check else []
    problems = [*loaded.problems, *found]
    if as_json:
        click.echo(
            json.dumps(
                {
                    "installed": [row_of(plugin) for plugin in loaded.installed],
                    "plugins": rows,
                    "problems": [_problem(p) for p in problems],
                },
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        print_installed(loaded.installed)
        _print(rows, problems, checked=check, verbose=verbose)
    sys.exit(1 if problems else 0)


plugins.add_command(new)


def _row(item: Registered) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "name": item.name,
        "summary": item.summary,
        "plugin": item.plugin,
        "distribution": item.distribution,
        "version": item.version,
        "class": item.path,
    }


def _problem(problem: Problem) -> dict[str, str]:
    return {name: getattr(problem, name) for name in problem.__slots__}


def _check(loaded: Plugins, rows: list[dict[str, Any]]) -> list[Problem]:
    """Use every hook, load every class and check declarations; outputs are added to the rows.

    What a hook does wrong is added to `loaded.problems`.
    """
    from traceback import format_exception

    from vocmine.cli import COMMANDS
    from vocmine.contract import check_declaration
    from vocmine.errors import PLUGIN_FAULTS, PluginError, cause_of
    from vocmine.guard import Costs
    from vocmine.opened import CORE_TABLES, claim_tables
    from vocmine.plugins import Problem
    from vocmine.store.database import Store

    loaded.add_commands(click.Group(), COMMANDS)
    with Store() as store:
        loaded.prepare_store(store.db)
    costs = Costs()
    problems, taken = [], dict.fromkeys(CORE_TABLES, "the core")
    for row in rows:
        item = loaded.registered[row["kind"]][row["name"]]
        try:
            with costs.call(item.owner):
                made = item.create()
            if item.kind == "analyzer":
                check_declaration(item.who, made)
                claim_tables(item.who, made, taken)
                row["requires"] = list(made.requires)
                row["outputs"] = [f"{t.name} (per {t.per})" for t in made.outputs]
            elif item.kind == "source" and not (hasattr(made, "detect") and hasattr(made, "read")):
                raise PluginError(
                    f"{item.who} lacks 'detect' or 'read'.", "See vocmine.plugin.Source."
                )
        except PLUGIN_FAULTS as error:
            found = error
            if not isinstance(found, PluginError):
                message = f"{item.who}: {cause_of(error)}."
                found = PluginError(message, "See the contract in vocmine.plugin.")
            trace = "".join(format_exception(error.__cause__ or error))
            problems.append(Problem(item.plugin, item.origin, found.message, found.hint, trace))
        problems += [Problem(item.plugin, item.origin, text) for text in costs.notes()]
        costs = Costs()
    return problems


def _print(
    rows: list[dict[str, Any]], problems: list[Problem], *, checked: bool, verbose: bool
) -> None:
    from vocmine.cli.output import print_table

    columns = [("kind", "kind"), ("name", "name"), ("summary", "what it does")]
    columns.append(("distribution", "from"))
    columns.append(("version", "version"))
    if verbose:
        columns.append(("class", "class"))
        if checked:
            columns += [("requires", "requires"), ("outputs", "outputs")]
    if rows:
        print_table(rows, columns)
    for problem in problems:
        click.echo(
            f"Problem: plugin '{problem.plugin}' ({problem.distribution}): {problem.message}"
        )
        click.echo(f"  {problem.hint}")
        if verbose and problem.traceback:
            click.echo("".join(f"  | {line}\n" for line in problem.traceback.splitlines()))
    if not problems:
        click.echo(
            "All plugins are well." if checked else f"{len(rows)} plugins, none with a problem."
        )
    elif not verbose:
        click.echo("See the tracebacks with 'vocmine plugins --check -v'.")
