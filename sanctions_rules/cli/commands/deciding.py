"""Commands that ask the law about cases: one, several under many laws, a table of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sanctions_rules.cli.asking import Asked, ask
from sanctions_rules.cli.formats import AskFormat, BatchFormat, CompareFormat, Format, SummaryFormat
from sanctions_rules.cli.keeping import Keeping
from sanctions_rules.cli.leaving import leave
from sanctions_rules.cli.options import (
    About,
    Actor,
    AllowUndetermined,
    AllowWithdrawn,
    AnswerFormat,
    Append,
    Facts,
    FailOn,
    Including,
    KnownOn,
    Lists,
    NamesBy,
    Overlays,
    Readings,
    RedactKey,
    Regimes,
    ReviewFile,
    Rules,
    SignedBy,
    Strict,
    WithProof,
    check_files,
    check_lists,
    check_with,
    days,
    kinds_of,
    many,
    reading_of,
)
from sanctions_rules.codes import COUNTRIES


def question(explained: bool, help: str) -> Callable[..., None]:
    """`decide` and `explain` are one question, answered at different length."""

    def command(
        facts: Facts,
        regime: Regimes = None,
        about: About = None,
        known_on: KnownOn = None,
        reading: Readings = None,
        rules: Rules = None,
        including: Including = None,
        signed_by: SignedBy = None,
        format: AnswerFormat = Format.TEXT,
        certificate: WithProof = False,
        strict: Strict = False,
        allow_undetermined: AllowUndetermined = False,
        fail_on: FailOn = None,
        allow_withdrawn: AllowWithdrawn = None,
        append: Append = None,
        redact_key: RedactKey = None,
        review: ReviewFile = None,
        lists: Lists = None,
        names_by: NamesBy = "",
        actor: Actor = "",
        overlay: Overlays = None,
    ) -> None:
        check_files(facts, format)
        check_lists(lists, names_by)
        if format is not Format.RECORD and (append or redact_key or review):
            raise typer.BadParameter(
                "goes with --format record",
                param_hint=("--append" if append else "--redact-key" if redact_key else "--review"),
            )
        if certificate and format is not Format.HTML:
            raise typer.BadParameter("goes with --format html", param_hint="--certificate")
        check_with(rules, including)
        asked = Asked(
            facts=facts,
            regimes=tuple(regime or ()),
            about=tuple(about or ()),
            known_on=known_on.date() if known_on else None,
            readings=dict(map(reading_of, reading or ())),
            rules=tuple(rules or ()),
            including=tuple(including or ()),
            format=format,
            certificate=certificate,
            fail_on=kinds_of(fail_on or ()) | frozenset(["stale"] if strict else []),
            allow_undetermined=allow_undetermined,
            allow_withdrawn=tuple(allow_withdrawn or ()),
            kept=Keeping(append, redact_key, review),
            lists=tuple(lists or ()),
            names_by=names_by,
            actor=actor,
            overlays=tuple(overlay or ()),
        )
        leave(lambda: ask(asked, explained))

    command.__doc__ = help
    return command


def compare_command(
    case: Annotated[
        str,
        typer.Argument(
            metavar="CASE", help="A case: JSON, TOML, YAML, or pacs XML; `-` is standard input."
        ),
    ],
    regime: Regimes = None,
    about: About = None,
    known_on: KnownOn = None,
    reading: Readings = None,
    from_: Annotated[
        datetime | None, days("--from", "Move the act through days, from this one on.")
    ] = None,
    to: Annotated[datetime | None, days("--to", "Move it to this day, the last.")] = None,
    home: Annotated[
        list[str] | None,
        many("--home", "REGIME=COUNTRY", "Ask each regime of the same act at its own home."),
    ] = None,
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    overlay: Overlays = None,
    format: Annotated[
        CompareFormat, typer.Option("--format", help="How to show the comparison.")
    ] = CompareFormat.TEXT,
    strict: Strict = False,
    allow_undetermined: AllowUndetermined = False,
    fail_on: FailOn = None,
    actor: Actor = "",
) -> None:
    """Compare what several laws say of one case, why they differ, and when their answers change."""
    from sanctions_rules.cli.comparing import Days, compare_case

    check_files([case], Format.JSON)
    check_with(rules, including)
    if (from_ is None) != (to is None):
        raise typer.BadParameter(
            "a range of days has two ends", param_hint="--to" if to is None else "--from"
        )
    if from_ is not None and to is not None and to < from_:
        raise typer.BadParameter("the last day is before the first", param_hint="--to")
    asked = Asked(
        facts=[case],
        regimes=tuple(regime or ()),
        about=tuple(about or ()),
        known_on=known_on.date() if known_on else None,
        readings=dict(map(reading_of, reading or ())),
        rules=tuple(rules or ()),
        including=tuple(including or ()),
        fail_on=kinds_of(fail_on or ()) | frozenset(["stale"] if strict else []),
        allow_undetermined=allow_undetermined,
        actor=actor,
        overlays=tuple(overlay or ()),
    )
    days = Days(from_.date(), to.date()) if from_ is not None and to is not None else Days()
    homes = dict(map(_home, home or ()))
    leave(lambda: compare_case(asked, days, homes, format))


def _home(text: str) -> tuple[str, str]:
    regime, _, country = text.partition("=")
    if country not in COUNTRIES:
        raise typer.BadParameter(f"`{text}` is not REGIME=COUNTRY", param_hint="--home")
    return regime, country


def ask_command(
    facts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FACTS",
            help="Cases: JSON, TOML, YAML, or pacs XML; `-` is standard input. An interview may "
            "begin with none.",
        ),
    ] = None,
    regime: Regimes = None,
    about: About = None,
    known_on: KnownOn = None,
    reading: Readings = None,
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    overlay: Overlays = None,
    beside: Annotated[
        bool, typer.Option("--beside", help="Ask also for what exposures and duties wait for.")
    ] = False,
    actor: Actor = "",
    format: Annotated[
        AskFormat, typer.Option("--format", help="How to show the questions.")
    ] = AskFormat.TEXT,
    interview: Annotated[
        bool, typer.Option("--interview", help="Put the questions one by one, and take answers.")
    ] = False,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="FILE", dir_okay=False,
            help="Where an interview leaves its facts: .toml, .yaml, .json or .scenarios.toml.",
        ),
    ] = None,
) -> None:  # fmt: skip
    """Say what is still to be found out, each fact once for all regimes, the next question first.

    With --interview each question is put in turn; `why` says what turns on it, `back` goes back,
    and what is unknown stays unknown. Exit codes: 0 nothing is left to ask; 4 something is.
    """
    from sanctions_rules.cli.intaking import Intaking, take

    if not facts and not interview:
        raise typer.BadParameter("name a case, or begin an interview", param_hint="FACTS")
    if interview and "-" in (facts or ()):
        raise typer.BadParameter("standard input holds the answers", param_hint="FACTS")
    if write is not None and not interview:
        raise typer.BadParameter("goes with --interview", param_hint="--write")
    check_files(facts or [], Format.TEXT)
    check_with(rules, including)
    asked = Intaking(
        tuple(facts or ()), tuple(regime or ()), tuple(about or ()),
        known_on.date() if known_on else None, dict(map(reading_of, reading or ())),
        tuple(rules or ()), tuple(including or ()), tuple(overlay or ()), beside, actor, format,
    )  # fmt: skip
    if interview:
        from sanctions_rules.cli.interviewing import Written, hold

        leave(lambda: hold(asked, Written(write)))
    leave(lambda: take(asked))


def batch_command(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="TABLE", help="Parquet, CSV or Arrow files, patterns, folders of them."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", file_okay=False, help="Where the answers go."),
    ] = None,
    format: Annotated[
        BatchFormat, typer.Option("--format", help="How to write the answers.")
    ] = BatchFormat.PARQUET,
    regime: Regimes = None,
    known_on: KnownOn = None,
    reading: Readings = None,
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    overlay: Overlays = None,
    key: Annotated[
        str, typer.Option("--key", metavar="COLUMN", help="The column that names a row.")
    ] = "key",
    keep: Annotated[
        list[str] | None, many("--keep", "COLUMN", "Repeat this column beside the answers.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option("--engine", metavar="NAME", help="Decide by this engine.")
    ] = None,
    no_missing: Annotated[
        bool, typer.Option("--no-missing", help="Do not say what undetermined answers wait for.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option("--processes", metavar="N", min=1, help="Work with so many.")
    ] = None,
    part_rows: Annotated[
        int | None, typer.Option("--part-rows", metavar="N", min=1, help="Rows in a file of answers.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Carry on what was interrupted in the folder.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain", metavar="KEY",
            help="Explain the row of this key, and check the answer that was written.",
        ),
    ] = None,
    summary: Annotated[
        SummaryFormat, typer.Option("--summary", help="How to show what it comes to.")
    ] = SummaryFormat.TEXT,
    allow_undetermined: AllowUndetermined = False,
) -> None:  # fmt: skip
    """Decide every row of tables; set aside rows that are no facts, each with its reason.

    Exit codes: 3 rows were set aside or a file cannot be read; else 1 something is prohibited;
    else 4 something is undetermined. 5 the disk is full.
    """
    from sanctions_rules.cli.batching import Batching, batch

    check_with(rules, including)
    if out is None and explain is None:
        raise typer.BadParameter("say where the answers go", param_hint="--out")
    given = Batching(
        tuple(sources), out, tuple(regime or ()), known_on.date() if known_on else None,
        dict(map(reading_of, reading or ())), tuple(rules or ()), tuple(including or ()),
        tuple(overlay or ()), tuple(keep or ()), key, engine, not no_missing, format, summary,
        part_rows, processes, resume, explain, allow_undetermined,
    )  # fmt: skip
    leave(lambda: batch(given))
