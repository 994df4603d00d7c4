"""Commands that try the law on scenarios: which hold, what they cover, what changes would do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanctions_rules.cli.formats import (
    CoverageFormat,
    CoverageLevel,
    DiffFormat,
    Format,
    MutateFormat,
    RunFormat,
)
from sanctions_rules.cli.leaving import leave
from sanctions_rules.cli.options import (
    About,
    Actor,
    Including,
    KnownOn,
    Overlays,
    Paths,
    Readings,
    Regimes,
    Rules,
    SignedBy,
    check_files,
    check_with,
    many,
    reading_of,
)


def scenario_command(
    facts: Annotated[
        str,
        typer.Argument(
            metavar="FACTS", help="A case, `-` for standard input, or a file of records (.jsonl)."
        ),
    ],
    name: Annotated[
        str, typer.Option("--name", metavar="TEXT", help="What to call the scenario.")
    ] = "",
    source: Annotated[
        str,
        typer.Option("--source", metavar="TEXT", help="Where the expected outcome comes from."),
    ] = "",
    regime: Regimes = None,
    about: About = None,
    known_on: KnownOn = None,
    reading: Readings = None,
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    overlay: Overlays = None,
    actor: Actor = "",
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="FILE", dir_okay=False,
            help="Add the scenario to this file: its name ends in .scenarios.toml.",
        ),
    ] = None,
) -> None:  # fmt: skip
    """Make a scenario of a case; its expectation is left for you to write, from the law.

    What the engine answers is shown as a comment. Until the outcome is written, `test` fails.
    """
    from sanctions_rules.cli.scenarios import Drafting, draft

    check_files([facts], Format.TEXT)
    check_with(rules, including)
    asked = Drafting(
        facts, name, source, tuple(regime or ()), tuple(about or ()),
        known_on.date() if known_on else None, dict(map(reading_of, reading or ())),
        tuple(rules or ()), tuple(including or ()), tuple(overlay or ()), actor, write,
    )  # fmt: skip
    leave(lambda: draft(asked))


def coverage_command(
    paths: Annotated[
        Paths, typer.Argument(metavar="PATH", exists=True, help="Scenario files, folders.")
    ],
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    of: Annotated[
        list[CoverageLevel] | None,
        typer.Option("--of", help="Count these only: texts, lines of them, where they stand in time."),
    ] = None,
    format: Annotated[CoverageFormat, typer.Option("--format", help="How to show it.")] = (
        CoverageFormat.TEXT
    ),
    fail_under: Annotated[
        float | None,
        typer.Option("--fail-under", metavar="PERCENT", help="Leave with 1 below this coverage."),
    ] = None,
    allowed: Annotated[
        Path | None,
        typer.Option(
            "--allowed", metavar="FILE.toml", exists=True, dir_okay=False,
            help="What cannot be covered, with reasons; an entry that nothing needs is a finding.",
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="So many processes.")] = 1,
) -> None:  # fmt: skip
    """Say which ways scenarios take each text, line by line: true, false, unknown, excepted; in time."""
    from sanctions_rules.author.coverage import Level
    from sanctions_rules.cli.covering import Coverage, cover

    check_with(rules, including)
    levels = [Level(one.value) for one in of or ()]
    asked = Coverage(levels, format, fail_under, allowed, jobs)
    leave(lambda: cover(paths, rules or (), including or (), asked))


def mutate_command(
    rules: Annotated[
        Paths, typer.Argument(metavar="RULES", exists=True, help="Rule files, folders of them.")
    ],
    scenarios: Annotated[
        list[Path] | None, many("--scenarios", "PATH", "Scenario files, folders.", exists=True)
    ] = None,
    including: Including = None,
    signed_by: SignedBy = None,
    operator: Annotated[
        list[str] | None, many("--operator", "NAME", "Only this operator; may be repeated.")
    ] = None,
    match: Annotated[
        str, typer.Option("--match", metavar="TEXT", help="Only mutants whose name this finds.")
    ] = "",
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, metavar="N", help="How many processes.")
    ] = 1,
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="FILE", dir_okay=False, help="Keep what is known here, go on from it."),
    ] = None,
    allowed: Annotated[
        Path | None,
        typer.Option(
            "--allowed", metavar="FILE", exists=True, dir_okay=False,
            help="Survivors with the reason why nothing can tell them apart; any other gives 1.",
        ),
    ] = None,
    stubs: Annotated[
        Path | None,
        typer.Option("--stubs", metavar="FILE", dir_okay=False, help="Write a scenario to fill in for each survivor."),
    ] = None,
    fail_under: Annotated[
        float | None,
        typer.Option("--fail-under", metavar="PERCENT", help="Leave with 1 below this score."),
    ] = None,
    format: Annotated[MutateFormat, typer.Option("--format", help="How to show it.")] = MutateFormat.TEXT,
    listing: Annotated[bool, typer.Option("--list", help="Name the mutants and try none.")] = False,
) -> None:  # fmt: skip
    """Change the rules in one place at a time, and say which changes no scenario notices."""
    from sanctions_rules.cli.mutating import Mutating, mutate

    if not scenarios and not listing:
        raise typer.BadParameter("say which scenarios have to notice", param_hint="--scenarios")
    asked = Mutating(
        rules, scenarios or (), including or (), operator or (), match, jobs, state, allowed, stubs,
        fail_under, format, listing,
    )  # fmt: skip
    leave(lambda: mutate(asked))


def run_command(
    paths: Annotated[
        Paths,
        typer.Argument(metavar="PATH", exists=True, help="Scenario files, rules, folders."),
    ],
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    format: Annotated[
        RunFormat, typer.Option("--format", help="How to show the results.")
    ] = RunFormat.TEXT,
    overlay: Overlays = None,
) -> None:
    """Run scenario files and the examples in rule files; a failure shows its trace."""
    from sanctions_rules.cli.running import run_all

    leave(lambda: run_all(paths, rules or (), including or (), format, overlay or ()))


def diff_command(
    cases: Annotated[
        Paths | None,
        typer.Argument(metavar="CASES", exists=True, help="Cases, scenario files, folders."),
    ] = None,
    overlay: Overlays = None,
    against: Annotated[
        list[Path] | None, many("--against", "PATH", "The other rules.", exists=True)
    ] = None,
    revision: Annotated[
        str | None,
        typer.Option(
            "--git", metavar="REVISION", help="Compare with --rules as git has them there."
        ),
    ] = None,
    regime: Regimes = None,
    known_on: KnownOn = None,
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    format: Annotated[
        DiffFormat, typer.Option("--format", help="How to show what changes.")
    ] = DiffFormat.TEXT,
) -> None:
    """Say what another law says otherwise, slot by slot, and which cases it decides otherwise.

    The other law is the same with a proposal laid over it, other rules, or an older revision.
    Exit codes: 0 no answer changes, or without cases no law; 1 something does.
    """
    from sanctions_rules.cli.differing import Differing, differ

    if not overlay and not against and not revision:
        raise typer.BadParameter("name the other law", param_hint="--overlay, --against or --git")
    if revision and not rules:
        raise typer.BadParameter("goes with rules of your own", param_hint="--git")
    if including and not (rules or against):
        raise typer.BadParameter("goes with rules of your own", param_hint="--with")
    asked = Differing(
        tuple(cases or ()), tuple(regime or ()), tuple(rules or ()), tuple(including or ()),
        tuple(overlay or ()), tuple(against or ()), revision or "", known_on.date() if known_on else None, format,
    )  # fmt: skip
    leave(lambda: differ(asked))
