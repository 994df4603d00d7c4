"""`ask --interview`: one question after another at a terminal, or over pipes.

Questions go to the error stream and facts to standard output, or to the file of `--write`, so that
the one never lands in the other. Whatever ends the interview, what was answered is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sanctions_rules.author.answers import UnclearError
from sanctions_rules.author.interview import Interview
from sanctions_rules.author.writing import Draft, facts_text, said_of, scenario_text
from sanctions_rules.cli import OK, UNDETERMINED, show
from sanctions_rules.cli.asking import WrongUsage, law_of
from sanctions_rules.cli.giving import cases_of
from sanctions_rules.cli.intaking import Intaking
from sanctions_rules.facts import Case
from sanctions_rules.render.sentences import headline, visible
from sanctions_rules.rulebooks import Law
from sanctions_rules.rulebooks.intake import Intake
from sanctions_rules.scenario import SUFFIXES

WORDS: Final = "answer in words, or: why, help, back, unknown, done"
#: By the suffix of the file, the form in which facts are written.
FORMS: Final = {".toml": "toml", ".yaml": "yaml", ".yml": "yaml", ".json": "json"}
_UNKNOWN: Final = ("unknown", "not known", "don't know", "do not know", "?")
_DONE: Final = ("done", "quit", "exit")


class _Ended(Exception):
    """Nobody answers any more."""


@dataclass(frozen=True)
class Written:
    """Where the facts go: a file of facts, a file of scenarios, or standard output."""

    file: Path | None = None
    name: str = ""

    @property
    def is_scenario(self) -> bool:
        return self.file is not None and self.file.name.endswith(SUFFIXES)


def hold(asked: Intaking, written: Written) -> int:
    """Ask until all is settled or the other ends it, then write. Leaves with 4 where it is open.

    Raises ProblemsError, WrongUsage.
    """
    check_target(written, asked.facts)
    given = [one for name in asked.facts for one in cases_of(name, asked.actor)]
    if len(given) > 1:
        raise WrongUsage("an interview is about one case")
    law = law_of(asked.rules, asked.including, asked.regimes, asked.overlays)

    def intake(case: Case, unanswered: Iterable[str]) -> Intake:
        try:
            return law.intake(
                case, regimes=asked.regimes or None, about=asked.about, known_on=asked.known_on,
                readings=asked.readings, beside=asked.beside, unanswered=unanswered,
            )  # fmt: skip
        except LookupError as error:
            if type(error) is not LookupError:
                raise
            raise WrongUsage(str(error)) from None

    interview = Interview(intake, given[0].case if given else Case(), law.norms())
    _say(WORDS)
    try:
        while interview.question is not None:
            _one(interview)
    except (_Ended, KeyboardInterrupt):
        _say("")
    for regime in interview.found.decision:
        _say(visible(f"{regime.regime}: {headline(regime, tuple(asked.about))}"))
    _write(law, interview, asked, written)
    return UNDETERMINED if interview.found.needed or interview.unanswered else OK


def check_target(written: Written, facts: Iterable[str] = ()) -> None:
    """Raises WrongUsage where the file cannot be written, before anybody has answered anything."""
    file = written.file
    if file is None:
        return
    if not written.is_scenario and file.suffix.lower() not in FORMS:
        known = ", ".join((*FORMS, *SUFFIXES[:1]))
        raise WrongUsage(f"`{file.name}` does not say what to write: its name ends in {known}")
    if written.is_scenario and not file.name.endswith(".toml"):
        raise WrongUsage("scenarios are written as TOML: a name that ends in .scenarios.toml")
    if not file.absolute().parent.is_dir():
        raise WrongUsage(f"there is no folder `{file.parent}`")
    mine = [Path(name).resolve() for name in facts]
    if file.exists() and not written.is_scenario and file.resolve() not in mine:
        raise WrongUsage(f"`{file}` is there already; choose another name")


def _one(interview: Interview) -> None:
    """Put the question until it is answered, left open, or taken back."""
    question = interview.question
    assert question is not None
    regimes = ", ".join(question.regimes)
    _say("")
    _say(visible(f"{interview.answered + 1}. {question.text} ({regimes})"))
    while True:
        text = _read("> ")
        plain = text.casefold()
        if plain in _DONE:
            raise _Ended
        if plain in _UNKNOWN:
            return interview.leave_open()
        if plain == "back":
            if interview.back():
                return None
            _say("this is the first question")
        elif plain == "why":
            for line in interview.why():
                _say(f"  {visible(line)}")
        elif plain in ("help", ""):
            _say(f"  {interview.help()}")
            _say(f"  {WORDS}")
        else:
            try:
                return interview.answer(text, lambda asked: _read(f"  {asked}"))
            except UnclearError as error:
                _say(f"  not taken: {visible(str(error))}")
                if error.help:
                    _say(f"  help: {visible(error.help)}")


def _read(prompt: str) -> str:
    """One line of an answer. Raises _Ended at the end of the input."""
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        print(visible(line.rstrip("\n")), file=sys.stderr)
    if not line:
        raise _Ended
    return line.strip()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _write(law: Law, interview: Interview, asked: Intaking, written: Written) -> None:
    if written.is_scenario:
        draft = Draft(
            written.name or "A case from an interview", interview.case,
            said_of(law, interview.found.decision), about=asked.about, known_on=asked.known_on,
            readings=asked.readings,
        )  # fmt: skip
        add_scenario(written.file, draft)
        return
    form = FORMS[written.file.suffix.lower()] if written.file else "json"
    text = facts_text(interview.case, form)
    if written.file is None:
        show(text.rstrip("\n"))
    else:
        written.file.write_text(text, encoding="utf-8")
        _say(f"written: {written.file}")


def add_scenario(file: Path | None, draft: Draft) -> None:
    """Add the scenario at the end of the file, or print it where there is none."""
    text = scenario_text(draft)
    if file is None:
        show(text.rstrip("\n"))
        return
    there = file.exists() and file.stat().st_size > 0
    with file.open("a", encoding="utf-8", newline="\n") as out:
        out.write(("\n" if there else "") + text)
    print(f"written: {file}; its expectation waits for you", file=sys.stderr)
