"""The commands and their options, as typed functions: help and code cannot differ.

What only one command needs is loaded by that command: `decide` waits for no parser.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from sanctions_rules import __version__, signing
from sanctions_rules.cli import INVALID, OK, USAGE, show
from sanctions_rules.cli.asking import FAIL_ON, Asked, WrongUsage, ask, law_of
from sanctions_rules.cli.formats import (
    AskFormat,
    BatchFormat,
    CheckFormat,
    CompareFormat,
    CoverageFormat,
    CoverageLevel,
    DiffFormat,
    Format,
    MutateFormat,
    RunFormat,
    SummaryFormat,
)
from sanctions_rules.cli.keeping import Keeping
from sanctions_rules.codes import COUNTRIES
from sanctions_rules.diagnostics import ProblemsError, did_you_mean
from sanctions_rules.rulebooks import COMMITMENTS

app = typer.Typer(
    epilog="Software, not legal advice.", no_args_is_help=True, add_completion=False,
    rich_markup_mode=None, pretty_exceptions_enable=False,
)  # fmt: skip


def _days(word: str, help: str) -> Any:
    return typer.Option(word, metavar="DAY", formats=["%Y-%m-%d"], help=help)


def _many(word: str, metavar: str, help: str, **more: Any) -> Any:
    return typer.Option(word, metavar=metavar, help=f"{help} May be given more than once.", **more)


Facts = Annotated[
    list[str],
    typer.Argument(
        metavar="FACTS", help="Cases: JSON, TOML, YAML, or pacs XML; `-` is standard input."
    ),
]
Regimes = Annotated[list[str] | None, _many("--regime", "REGIME", "Ask this regime only.")]
About = Annotated[
    list[str] | None,
    _many("--about", "ID", "Ask about this law only, and say so in the answer."),
]
KnownOn = Annotated[
    datetime | None, _days("--known-on", "Hide law that was first published after this day.")
]
Readings = Annotated[
    list[str] | None, _many("--reading", "POINT=NAME", "Read the law at this point so.")
]
Rules = Annotated[
    list[Path] | None,
    _many("--rules", "PATH", "Rules of your own, instead of the packaged law.", exists=True),
]
Including = Annotated[
    list[str] | None, _many("--with", "REGIME", "Packaged law that your own rules build upon.")
]
Overlays = Annotated[
    list[Path] | None,
    _many("--overlay", "PATH", "Lay this proposal over the law; the answer says so.", exists=True),
]


def _configure(context: typer.Context, key: Path | None) -> None:
    """Every load of this command, also in the processes that it starts, asks for the key."""
    if key is not None:
        before = os.environ.get(signing.SETTING)
        os.environ[signing.SETTING] = str(key.resolve())
        context.call_on_close(lambda: _restore(before))


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop(signing.SETTING, None)
    else:
        os.environ[signing.SETTING] = before


SignedBy = Annotated[
    Path | None,
    typer.Option(
        "--signed-by", metavar="KEY", exists=True, dir_okay=False, callback=_configure,
        help="Take rules of your own only from folders that were signed with this public key.",
    ),
]  # fmt: skip
AnswerFormat = Annotated[Format, typer.Option("--format", help="How to show the answer.")]
WithProof = Annotated[
    bool,
    typer.Option("--certificate", help="A page that carries its proof and checks it in a browser."),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Fail where the act is later than the law that was read.")
]
AllowUndetermined = Annotated[
    bool, typer.Option("--allow-undetermined", help="Leave with 0, not 4, if all else is well.")
]
FailOn = Annotated[
    list[str] | None,
    _many("--fail-on", "KINDS", f"Leave with 1 on any of these: {','.join(FAIL_ON)}."),
]
AllowWithdrawn = Annotated[
    list[str] | None,
    _many("--allow-withdrawn", "ID", "Use this text although it was found wrong and withdrawn."),
]
Append = Annotated[
    Path | None,
    typer.Option("--append", metavar="FILE", help="Carry on the chain of records in this file."),
]
RedactKey = Annotated[
    Path | None,
    typer.Option(
        "--redact-key",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="Take names out of records, by the key in this file.",
    ),
]
ReviewFile = Annotated[
    Path | None,
    typer.Option(
        "--review",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="What people said of the answer, for the records: TOML or JSON.",
    ),
]
Paths = list[Path]
Lists = Annotated[
    list[str] | None,
    _many("--list", "[KIND=]FILE[@DAY]", "Screen the parties against this list."),
]
NamesBy = Annotated[
    str,
    typer.Option(
        "--names-by", metavar="TEXT",
        help="State by what the names were screened that are not exactly listed.",
    ),
]  # fmt: skip
Actor = Annotated[
    str,
    typer.Option(
        "--actor", metavar="PARTY",
        help="Who acts: in a message debtor, creditor_agent and so on, or a BIC or LEI.",
    ),
]  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        show(f"sanctions-rules {__version__}")
        raise typer.Exit(OK)


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Trace internal errors; this may show facts.")
    ] = False,
) -> None:
    """Sanctions law as rules: decide a case, say why, and read the law itself.

    Exit codes: 0 not prohibited, or authorised, or the check passed; 1 prohibited, or a test
    failed; 2 wrong usage; 3 invalid rules or facts; 4 undetermined; 5 internal error.
    """


def _leave(command: Callable[[], int]) -> NoReturn:
    """Run the command and leave with its code; what was asked wrongly is usage."""
    try:
        code = command()
    except WrongUsage as error:
        print(error, file=sys.stderr)
        code = USAGE
    except ProblemsError as error:
        print(error, file=sys.stderr)
        code = INVALID
    raise typer.Exit(code)


# -- decide and explain --------------------------------------------------------------------------


def _question(explained: bool, help: str) -> Callable[..., None]:
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
        _check_files(facts, format)
        _check_lists(lists, names_by)
        if format is not Format.RECORD and (append or redact_key or review):
            raise typer.BadParameter(
                "goes with --format record",
                param_hint=("--append" if append else "--redact-key" if redact_key else "--review"),
            )
        if certificate and format is not Format.HTML:
            raise typer.BadParameter("goes with --format html", param_hint="--certificate")
        _check_with(rules, including)
        asked = Asked(
            facts=facts,
            regimes=tuple(regime or ()),
            about=tuple(about or ()),
            known_on=known_on.date() if known_on else None,
            readings=dict(map(_reading, reading or ())),
            rules=tuple(rules or ()),
            including=tuple(including or ()),
            format=format,
            certificate=certificate,
            fail_on=_kinds(fail_on or ()) | frozenset(["stale"] if strict else []),
            allow_undetermined=allow_undetermined,
            allow_withdrawn=tuple(allow_withdrawn or ()),
            kept=Keeping(append, redact_key, review),
            lists=tuple(lists or ()),
            names_by=names_by,
            actor=actor,
            overlays=tuple(overlay or ()),
        )
        _leave(lambda: ask(asked, explained))

    command.__doc__ = help
    return command


app.command("decide")(_question(False, "Decide cases: the outcomes, with short reasons."))
app.command("explain")(_question(True, "Say why, why not, what is missing, what would change it."))


@app.command("compare")
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
        datetime | None, _days("--from", "Move the act through days, from this one on.")
    ] = None,
    to: Annotated[datetime | None, _days("--to", "Move it to this day, the last.")] = None,
    home: Annotated[
        list[str] | None,
        _many("--home", "REGIME=COUNTRY", "Ask each regime of the same act at its own home."),
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

    _check_files([case], Format.JSON)
    _check_with(rules, including)
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
        readings=dict(map(_reading, reading or ())),
        rules=tuple(rules or ()),
        including=tuple(including or ()),
        fail_on=_kinds(fail_on or ()) | frozenset(["stale"] if strict else []),
        allow_undetermined=allow_undetermined,
        actor=actor,
        overlays=tuple(overlay or ()),
    )
    days = Days(from_.date(), to.date()) if from_ is not None and to is not None else Days()
    homes = dict(map(_home, home or ()))
    _leave(lambda: compare_case(asked, days, homes, format))


def _home(text: str) -> tuple[str, str]:
    regime, _, country = text.partition("=")
    if country not in COUNTRIES:
        raise typer.BadParameter(f"`{text}` is not REGIME=COUNTRY", param_hint="--home")
    return regime, country


def _check_files(facts: list[str], format: Format) -> None:
    if format is Format.HTML and len(facts) > 1:
        raise typer.BadParameter("a page shows one case", param_hint="--format")
    if facts.count("-") > 1:
        raise typer.BadParameter("standard input can be read once", param_hint="FACTS")
    for name in facts:
        if name != "-" and not Path(name).is_file():
            raise typer.BadParameter(f"there is no file `{name}`", param_hint="FACTS")


def _check_lists(lists: list[str] | None, names_by: str) -> None:
    if names_by and not lists:
        raise typer.BadParameter("goes with lists: --list", param_hint="--names-by")


def _check_with(rules: list[Path] | None, including: list[str] | None) -> None:
    if including and not rules:
        raise typer.BadParameter("goes with rules of your own: --rules", param_hint="--with")


def _reading(text: str) -> tuple[str, str]:
    point, mark, name = text.partition("=")
    if not (point and mark and name):
        raise typer.BadParameter(f"`{text}` is not POINT=NAME", param_hint="--reading")
    return point, name


def _kinds(given: Iterable[str]) -> frozenset[str]:
    kinds = [kind.strip() for text in given for kind in text.split(",") if kind.strip()]
    for kind in kinds:
        if kind not in FAIL_ON:
            near = did_you_mean(kind, FAIL_ON) or "one of: " + ", ".join(FAIL_ON)
            raise typer.BadParameter(f"`{kind}` is no such kind; {near}", param_hint="--fail-on")
    return frozenset(kinds)


@app.command("ask")
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
    _check_files(facts or [], Format.TEXT)
    _check_with(rules, including)
    asked = Intaking(
        tuple(facts or ()), tuple(regime or ()), tuple(about or ()),
        known_on.date() if known_on else None, dict(map(_reading, reading or ())),
        tuple(rules or ()), tuple(including or ()), tuple(overlay or ()), beside, actor, format,
    )  # fmt: skip
    if interview:
        from sanctions_rules.cli.interviewing import Written, hold

        _leave(lambda: hold(asked, Written(write)))
    _leave(lambda: take(asked))


@app.command("scenario")
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

    _check_files([facts], Format.TEXT)
    _check_with(rules, including)
    asked = Drafting(
        facts, name, source, tuple(regime or ()), tuple(about or ()),
        known_on.date() if known_on else None, dict(map(_reading, reading or ())),
        tuple(rules or ()), tuple(including or ()), tuple(overlay or ()), actor, write,
    )  # fmt: skip
    _leave(lambda: draft(asked))


@app.command("batch")
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
        list[str] | None, _many("--keep", "COLUMN", "Repeat this column beside the answers.")
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

    _check_with(rules, including)
    if out is None and explain is None:
        raise typer.BadParameter("say where the answers go", param_hint="--out")
    given = Batching(
        tuple(sources), out, tuple(regime or ()), known_on.date() if known_on else None,
        dict(map(_reading, reading or ())), tuple(rules or ()), tuple(including or ()),
        tuple(overlay or ()), tuple(keep or ()), key, engine, not no_missing, format, summary,
        part_rows, processes, resume, explain, allow_undetermined,
    )  # fmt: skip
    _leave(lambda: batch(given))


# -- the rules themselves ------------------------------------------------------------------------


@app.command("check")
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

    _leave(lambda: check(paths, including or (), format))


@app.command("fmt")
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

    _leave(lambda: fmt(paths, check, diff))


@app.command("lint")
def lint_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", exists=True, help="Rules; none: the packaged law."),
    ] = None,
    including: Including = None,
    signed_by: SignedBy = None,
    scenarios: Annotated[
        list[Path] | None,
        _many("--scenarios", "PATH", "Say what these scenarios never show.", exists=True),
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
    only: Annotated[list[str] | None, _many("--only", "CODE", "Run this check only.")] = None,
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

    _check_with(paths, including)
    asked = Linting(
        tuple(paths or ()), tuple(including or ()), tuple(scenarios or ()), allowed, tuple(only or ()),
        fail_on, fix and not diff, diff, silenced, format,
    )  # fmt: skip
    _leave(lambda: run(asked))


@app.command("lsp")
def lsp_command() -> None:
    """Serve an editor with diagnostics, hover, completion and more, over standard input and output."""
    from sanctions_rules.cli.serving import serve

    _leave(serve)


@app.command("show")
def show_command(
    name: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="As in us.eo14068, us.gl104, 'us.eo14068 §1(a)(iv)'."),
    ] = None,
    on: Annotated[datetime | None, _days("--on", "The day of law; by default today.")] = None,
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

    _check_with(rules, including)

    def run() -> int:
        asked = " ".join(name or ())
        if history and not name:
            raise WrongUsage("--history goes with a text: `show us.gl83 --history`")
        promised = [r for r in COMMITMENTS if asked.startswith((f"{r}.", f"{r} "))]
        law = law_of(rules or (), including or (), promised, overlay or ())
        day = on.date() if on else date.today()
        show("\n".join(shown(law, asked, day, history) if name else instruments(law)))
        return OK

    _leave(run)


@app.command("changes")
def changes_command(
    regime: Annotated[str, typer.Argument(metavar="REGIME", help="As in us.")],
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
) -> None:
    """Print what changed in the law and when, newest first, as a Markdown page."""
    from sanctions_rules.rulebooks.changes import page

    _check_with(rules, including)

    def run() -> int:
        try:
            show("\n".join(page(law_of(rules or (), including or ()), regime)))
        except LookupError as error:
            raise WrongUsage(str(error)) from None
        return OK

    _leave(run)


@app.command("coverage")
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

    _check_with(rules, including)
    levels = [Level(one.value) for one in of or ()]
    asked = Coverage(levels, format, fail_under, allowed, jobs)
    _leave(lambda: cover(paths, rules or (), including or (), asked))


@app.command("mutate")
def mutate_command(
    rules: Annotated[
        Paths, typer.Argument(metavar="RULES", exists=True, help="Rule files, folders of them.")
    ],
    scenarios: Annotated[
        list[Path] | None, _many("--scenarios", "PATH", "Scenario files, folders.", exists=True)
    ] = None,
    including: Including = None,
    signed_by: SignedBy = None,
    operator: Annotated[
        list[str] | None, _many("--operator", "NAME", "Only this operator; may be repeated.")
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
    _leave(lambda: mutate(asked))


@app.command("selftest")
def selftest_command(
    engines: Annotated[
        list[str] | None, typer.Argument(metavar="ENGINE", help="These engines; all by default.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every failure.")] = False,
) -> None:
    """Say whether each engine on this machine answers the conformance examples."""
    from sanctions_rules.cli.selftesting import selftest

    _leave(lambda: selftest(engines or (), everything))


class Document(Enum):
    """What there is a JSON Schema of."""

    CASE = "case"
    DECISION = "decision"
    COMPARISON = "comparison"
    SCENARIO = "scenario"
    RECORD = "record"
    CERTIFICATE = "certificate"


@app.command("schema")
def schema_command(
    of: Annotated[Document, typer.Argument(help="Of what.")] = Document.CASE,
) -> None:
    """Print a JSON Schema, for editors and other programs."""
    match of:
        case Document.CASE:
            from sanctions_rules.schema import json_schema
        case Document.DECISION:
            from sanctions_rules.render.data import decision_schema as json_schema
        case Document.COMPARISON:
            from sanctions_rules.compare.data import comparison_schema as json_schema
        case Document.SCENARIO:
            from sanctions_rules.scenario import json_schema
        case Document.RECORD:
            from sanctions_rules.record import record_schema as json_schema
        case Document.CERTIFICATE:
            from sanctions_rules.certificates.writing import certificate_schema as json_schema
    show(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command("verify")
def verify_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="A certificate, or one a line; or a file of records.",
        ),
    ],
    facts: Annotated[
        list[str] | None,
        _many("--facts", "FACTS", "The facts of each certificate, in the same order."),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="DIGEST", help="The digest that the last record must have."),
    ] = None,
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    overlay: Overlays = None,
) -> None:
    """Check what a certificate proves, by the rules and the facts alone and by no engine.

    Of a file of records: that no line was changed, dropped or moved. No decision is made again.
    Exit codes: 0 all holds, whatever the outcome; 1 something is refused; 3 rules or facts are
    invalid.
    """
    from sanctions_rules.cli.verifying import Verifying, verify_file

    _check_with(rules, including)
    asked = Verifying(
        file, tuple(facts or ()), head, tuple(rules or ()), tuple(including or ()),
        tuple(overlay or ()),
    )  # fmt: skip
    _leave(lambda: verify_file(asked))


@app.command("sign")
def sign_command(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Rules of your own."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", metavar="FILE", exists=True, dir_okay=False, help="Sign with this private key."
        ),
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option(
            "--new-key", metavar="FILE", help="Write a new private key, and its public key to FILE.pub."
        ),
    ] = None,
) -> None:  # fmt: skip
    """Sign a folder of rules, so that no change of a file goes unseen; or make a key for it."""
    from sanctions_rules.cli.signing import make_key, sign

    if (folder is None) == (new_key is None) or (folder is None) != (key is None):
        raise typer.BadParameter("give FOLDER and --key, or --new-key alone", param_hint="sign")
    if folder is not None and key is not None:
        _leave(lambda: sign(folder, key))
    if new_key is not None:
        _leave(lambda: make_key(new_key))


@app.command("replay")
def replay_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Records.")
    ],
    facts: Annotated[
        list[str] | None,
        _many("--facts", "FACTS", "The facts of a record, for one without names."),
    ] = None,
    redact_key: Annotated[
        Path | None,
        typer.Option(
            "--redact-key",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="The key by which names were taken out.",
        ),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="DIGEST", help="The digest that the last line must have."),
    ] = None,
    rules: Rules = None,
    including: Annotated[
        list[str] | None,
        _many("--including", "REGIME", "Packaged law that your own rules build upon."),
    ] = None,
    signed_by: SignedBy = None,
    lists: Annotated[
        list[str] | None,
        _many(
            "--with",
            "[KIND=]FILE[@DAY]",
            "Say instead which decisions would differ with what this list says of the parties.",
        ),
    ] = None,
    overlay: Overlays = None,
) -> None:
    """Check a chain of records, and make each decision again: the same bytes, or what differs.

    Exit codes: 0 all were reproduced; 1 something differs; 3 the file is broken.
    """
    from sanctions_rules.cli.replaying import Replaying, replay_file

    if including and not rules:
        raise typer.BadParameter("goes with rules of your own: --rules", param_hint="--including")
    asked = Replaying(
        file, tuple(facts or ()), redact_key, head, tuple(rules or ()), tuple(including or ()),
        tuple(lists or ()), tuple(overlay or ()),
    )  # fmt: skip
    _leave(lambda: replay_file(asked))


@app.command("test")
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

    _leave(lambda: run_all(paths, rules or (), including or (), format, overlay or ()))


@app.command("diff")
def diff_command(
    cases: Annotated[
        Paths | None,
        typer.Argument(metavar="CASES", exists=True, help="Cases, scenario files, folders."),
    ] = None,
    overlay: Overlays = None,
    against: Annotated[
        list[Path] | None, _many("--against", "PATH", "The other rules.", exists=True)
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
    _leave(lambda: differ(asked))


@app.command("new")
def new_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", file_okay=False, help="A folder that is not there yet.")
    ],
) -> None:
    """Start a project of your own rules: rules, scenarios, hooks and a workflow that checks them."""
    from sanctions_rules.cli.starting import start

    _leave(lambda: start(folder))


# -- lists and messages --------------------------------------------------------------------------

lists_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(
    lists_app, name="lists", help="Read lists and messages: what they hold, as facts of a case."
)


@lists_app.command("show")
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

    _leave(lambda: describe(files, everything))


@lists_app.command("screen")
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
        datetime | None, _days("--known-on", "Hide what was listed or seen after this day.")
    ] = None,
    names_by: NamesBy = "",
    actor: Actor = "",
) -> None:  # fmt: skip
    """Print cases with the listings of their parties, and holdings above them, filled in."""
    from sanctions_rules.cli.listing import print_screened

    _check_files(facts, Format.JSON)
    day = known_on.date() if known_on else None
    _leave(lambda: print_screened(facts, lists, day, names_by, actor))


@lists_app.command("convert")
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

    _leave(lambda: convert(message, actor, only))
