"""Commands on lists and messages: what they hold, as facts of a case."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sanctions_rules.cli.formats import Format
from sanctions_rules.cli.leaving import leave
from sanctions_rules.cli.options import Actor, Facts, NamesBy, check_files, days

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("show")
def lists_show(
    files: Annotated[
        list[str],
        typer.Argument(metavar="[KIND=]FILE[@DAY]", help="Lists, and files beside them."),
    ],
    everything: Annotated[
        bool, typer.Option("--all", help="Show every problem and every programme.")
    ] = False,
) -> None:
    """Say what lists hold: day, digest, entries, programmes, and rows that cannot be read."""
    from sanctions_rules.cli.listing import describe

    leave(lambda: describe(files, everything))


@app.command("screen")
def lists_screen(
    facts: Facts,
    lists: Annotated[
        list[str],
        typer.Option(
            "--list", metavar="[KIND=]FILE[@DAY]",
            help="Screen the parties against this list. May be given more than once.",
        ),
    ],
    known_on: Annotated[
        datetime | None, days("--known-on", "Hide what was listed or seen after this day.")
    ] = None,
    names_by: NamesBy = "",
    actor: Actor = "",
) -> None:  # fmt: skip
    """Print cases with the listings of their parties, and holdings above them, filled in."""
    from sanctions_rules.cli.listing import print_screened

    check_files(facts, Format.JSON)
    day = known_on.date() if known_on else None
    leave(lambda: print_screened(facts, lists, day, names_by, actor))


@app.command("convert")
def lists_convert(
    message: Annotated[
        Path, typer.Argument(metavar="MESSAGE", exists=True, dir_okay=False, help="pacs XML.")
    ],
    actor: Actor = "",
    only: Annotated[
        str, typer.Option("--only", metavar="ID", help="This transfer of the message only.")
    ] = "",
) -> None:
    """Print a pacs.008 or pacs.009 as cases: one for each transfer, a list where it has several."""
    from sanctions_rules.cli.listing import convert

    leave(lambda: convert(message, actor, only))
