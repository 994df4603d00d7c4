"""Commands on the law as text: is it right, is it well laid out, what does it say and since when."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from sanctions_rules.cli import OK, show
from sanctions_rules.cli.asking import WrongUsage, law_of
from sanctions_rules.cli.formats import CheckFormat
from sanctions_rules.cli.leaving import leave
from sanctions_rules.cli.options import (
    Including,
    Overlays,
    Paths,
    Rules,
    SignedBy,
    check_with,
    days,
    many,
)
from sanctions_rules.rulebooks import COMMITMENTS


def check_command(
    paths: Annotated[Paths, typer.Argument(metavar="PATH", exists=True, help="Rules.")],
    including: Including = None,
    signed_by: SignedBy = None,
    format: Annotated[
        CheckFormat, typer.Option("--format", help="How to show the problems.")
    ] = CheckFormat.TEXT,
) -> None:
    """Read rule files and report every problem, with its place."""
    from sanctions_rules.cli.checking import check

    leave(lambda: check(paths, including or (), format))


def fmt_command(
    paths: Annotated[
        Paths,
        typer.Argument(
            metavar="PATH", help="Rule files and folders of them; `-` is standard input."
        ),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; name the files that would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change.")
    ] = False,
) -> None:
    """Write rule files in the one layout, comments kept.

    Exit codes: 0 done; 1 --check or --diff found a file that would change; 3 a file has mistakes,
    and was left as it is.
    """
    from sanctions_rules.cli.formatting import fmt

    leave(lambda: fmt(paths, check, diff))


def lint_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", exists=True, help="Rules; none: the packaged law."),
    ] = None,
    including: Including = None,
    signed_by: SignedBy = None,
    scenarios: Annotated[
        list[Path] | None,
        many("--scenarios", "PATH", "Say what these scenarios never show.", exists=True),
    ] = None,
    allowed: Annotated[
        Path | None,
        typer.Option(
            "--allowed",
            metavar="FILE.toml",
            exists=True,
            dir_okay=False,
            help="What scenarios cannot show, with reasons, as for coverage.",
        ),
    ] = None,
    only: Annotated[list[str] | None, many("--only", "CODE", "Run this check only.")] = None,
    fail_on: Annotated[
        str,
        typer.Option("--fail-on", metavar="LEVEL", help="error, warning, info or never."),
    ] = "warning",
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend in the files what can be mended mechanically.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Print what --fix would change, and change nothing.")
    ] = False,
    silenced: Annotated[
        bool, typer.Option("--silenced", help="List what comments silence, with their reasons.")
    ] = False,
    format: Annotated[
        CheckFormat, typer.Option("--format", help="How to show what was found.")
    ] = CheckFormat.TEXT,
) -> None:
    """Say what loads and is likely wrong, in law or in language.

    A comment `# lint: allow CODE reason` silences a check where it is wrong.
    Exit codes: 0 nothing of that level was found; 1 something was; 3 the rules do not load.
    """
    from sanctions_rules.cli.linting import Linting, run

    check_with(paths, including)
    asked = Linting(
        tuple(paths or ()), tuple(including or ()), tuple(scenarios or ()), allowed, tuple(only or ()),
        fail_on, fix and not diff, diff, silenced, format,
    )  # fmt: skip
    leave(lambda: run(asked))


def lsp_command() -> None:
    """Serve an editor with diagnostics, hover, completion and more, over standard input and output."""
    from sanctions_rules.cli.serving import serve

    leave(serve)


def show_command(
    name: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="As in us.eo14068, us.gl104, 'us.eo14068 §1(a)(iv)'."),
    ] = None,
    on: Annotated[datetime | None, days("--on", "The day of law; by default today.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Say what each version changed, slot by slot.")
    ] = False,
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    overlay: Overlays = None,
) -> None:
    """Print law with its status on a day, its history, what fills it and what lifts it."""
    from sanctions_rules.cli.showing import instruments, shown

    check_with(rules, including)

    def run() -> int:
        asked = " ".join(name or ())
        if history and not name:
            raise WrongUsage("--history goes with a text: `show us.gl83 --history`")
        promised = [r for r in COMMITMENTS if asked.startswith((f"{r}.", f"{r} "))]
        law = law_of(rules or (), including or (), promised, overlay or ())
        day = on.date() if on else date.today()
        show("\n".join(shown(law, asked, day, history) if name else instruments(law)))
        return OK

    leave(run)


def changes_command(
    regime: Annotated[str, typer.Argument(metavar="REGIME", help="As in us.")],
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
) -> None:
    """Print what changed in the law and when, newest first, as a Markdown page."""
    from sanctions_rules.rulebooks.changes import page

    check_with(rules, including)

    def run() -> int:
        try:
            show("\n".join(page(law_of(rules or (), including or ()), regime)))
        except LookupError as error:
            raise WrongUsage(str(error)) from None
        return OK

    leave(run)


def new_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", file_okay=False, help="A folder that is not there yet.")
    ],
) -> None:
    """Start a project of your own rules: rules, scenarios, hooks and a workflow that checks them."""
    from sanctions_rules.cli.starting import start

    leave(lambda: start(folder))
