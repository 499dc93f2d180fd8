"""Write the generated pages of the documentation, or check that they are up to date.

python docs/make_reference.py           write docs/cli.md, docs/hooks.md and docs/store.md
python docs/make_reference.py --check   exit 1 when one of them is stale
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import click
from hook_pages import hook_reference

from vocmine.catalogue import catalogue
from vocmine.cli import COMMANDS, cli
from vocmine.store import Store
from vocmine_email.fetch_command import fetch

DOCS = Path(__file__).parent
WIDTH = 100
# The commands of the plugins that come with vocmine are part of it for who reads the page.
TOLD = {**COMMANDS, "fetch": fetch.get_short_help_str(WIDTH)}


def command_reference() -> str:
    """`docs/cli.md`: the help of every built-in command."""
    parts = [
        "# Command line reference",
        "",
        "Generated from `--help` by `python docs/make_reference.py`. Results go to standard "
        "output, progress and notes to standard error. Exit codes: 0 ok, 1 something failed (the "
        "rest is done), 2 wrong usage.",
        "",
        "| command | what it does |",
        "|---|---|",
        *(f"| [`{name}`](#vocmine-{name}) | {text} |" for name, text in TOLD.items()),
    ]
    for name in TOLD:
        with click.Context(cli, info_name="vocmine") as parent:
            command = cli.get_command(parent, name)
            assert command is not None
            context = click.Context(
                command,
                info_name=name,
                parent=parent,
                max_content_width=WIDTH,
                terminal_width=WIDTH,
            )
            parts += ["", f"## vocmine {name}", "", "```", command.get_help(context), "```"]
    return "\n".join(parts) + "\n"


def store_reference() -> str:
    """`docs/store.md`: tables, views and label sets of a fresh store."""
    parts = [
        "# The store",
        "",
        "One SQLite file, `vocmine.db` unless `--db` says otherwise. Generated from a fresh store "
        "by `python docs/make_reference.py`. Open it with `sqlite3`, Datasette or any SQLite "
        "client. Tables of analyzers (`sentiment`, `emotions`, `pqrs`, …) are made when an "
        "analyzer first runs; `vocmine plugins --check -v` lists them. `messages_fts` is the "
        "full-text index over `messages.title` and `messages.text`, blind to accents.",
        "",
        "## Tables",
    ]
    with Store() as store:
        tables = [t for t in store.db.table_names() if not t.startswith(("labels_", "_"))]
        for name in tables:
            parts += ["", f"### {name}", "", "```sql", store.db.table(name).schema, "```"]
        parts += ["", "## Views"]
        for name in store.db.view_names():
            parts += ["", f"### {name}", "", "```sql", store.db.view(name).schema, "```"]
    parts += ["", "## Label sets", "", "Table `labels_<set>` holds code, name and position."]
    for code, labels in catalogue().items():
        parts += ["", f"### {code}", "", "| code | es | pt | en |", "|---|---|---|---|"]
        parts += [
            f"| `{label.code}` | {label.names['es']} | {label.names['pt']} | {label.names['en']} |"
            for label in labels.labels
        ]
    return "\n".join(parts) + "\n"


PAGES = {"cli.md": command_reference, "hooks.md": hook_reference, "store.md": store_reference}


def main() -> None:
    """Write or check every generated page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which pages are stale")
    options = parser.parse_args()
    stale = []
    for name, make in PAGES.items():
        page, text = DOCS / name, make()
        if page.exists() and page.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not options.check:
            page.write_text(text, "utf-8")
    if options.check and stale:
        sys.exit(f"Stale: {', '.join(stale)}. Run 'python docs/make_reference.py'.")


if __name__ == "__main__":
    main()
