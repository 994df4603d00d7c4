"""Options that several commands share, and what may be given for them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from sanctions_rules import signing
from sanctions_rules.cli.asking import FAIL_ON
from sanctions_rules.cli.formats import Format
from sanctions_rules.diagnostics import did_you_mean


def days(word: str, help: str) -> Any:
    return typer.Option(word, metavar="DAY", formats=["%Y-%m-%d"], help=help)


def many(word: str, metavar: str, help: str, **more: Any) -> Any:
    return typer.Option(word, metavar=metavar, help=f"{help} May be given more than once.", **more)


Facts = Annotated[
    list[str],
    typer.Argument(
        metavar="FACTS", help="Cases: JSON, TOML, YAML, or pacs XML; `-` is standard input."
    ),
]
Regimes = Annotated[list[str] | None, many("--regime", "REGIME", "Ask this regime only.")]
About = Annotated[
    list[str] | None,
    many("--about", "ID", "Ask about this law only, and say so in the answer."),
]
KnownOn = Annotated[
    datetime | None, days("--known-on", "Hide law that was first published after this day.")
]
Readings = Annotated[
    list[str] | None, many("--reading", "POINT=NAME", "Read the law at this point so.")
]
Rules = Annotated[
    list[Path] | None,
    many("--rules", "PATH", "Rules of your own, instead of the packaged law.", exists=True),
]
Including = Annotated[
    list[str] | None, many("--with", "REGIME", "Packaged law that your own rules build upon.")
]
Overlays = Annotated[
    list[Path] | None,
    many("--overlay", "PATH", "Lay this proposal over the law; the answer says so.", exists=True),
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
    many("--fail-on", "KINDS", f"Leave with 1 on any of these: {','.join(FAIL_ON)}."),
]
AllowWithdrawn = Annotated[
    list[str] | None,
    many("--allow-withdrawn", "ID", "Use this text although it was found wrong and withdrawn."),
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
    many("--list", "[KIND=]FILE[@DAY]", "Screen the parties against this list."),
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


# -- what was given ------------------------------------------------------------------------------


def check_files(facts: list[str], format: Format) -> None:
    if format is Format.HTML and len(facts) > 1:
        raise typer.BadParameter("a page shows one case", param_hint="--format")
    if facts.count("-") > 1:
        raise typer.BadParameter("standard input can be read once", param_hint="FACTS")
    for name in facts:
        if name != "-" and not Path(name).is_file():
            raise typer.BadParameter(f"there is no file `{name}`", param_hint="FACTS")


def check_lists(lists: list[str] | None, names_by: str) -> None:
    if names_by and not lists:
        raise typer.BadParameter("goes with lists: --list", param_hint="--names-by")


def check_with(rules: list[Path] | None, including: list[str] | None) -> None:
    if including and not rules:
        raise typer.BadParameter("goes with rules of your own: --rules", param_hint="--with")


def reading_of(text: str) -> tuple[str, str]:
    point, mark, name = text.partition("=")
    if not (point and mark and name):
        raise typer.BadParameter(f"`{text}` is not POINT=NAME", param_hint="--reading")
    return point, name


def kinds_of(given: Iterable[str]) -> frozenset[str]:
    kinds = [kind.strip() for text in given for kind in text.split(",") if kind.strip()]
    for kind in kinds:
        if kind not in FAIL_ON:
            near = did_you_mean(kind, FAIL_ON) or "one of: " + ", ".join(FAIL_ON)
            raise typer.BadParameter(f"`{kind}` is no such kind; {near}", param_hint="--fail-on")
    return frozenset(kinds)
