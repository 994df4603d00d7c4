"""The gallery of messages: every code of a problem, with the bad input of a test that earns it.

The inputs are those of the tests, the answers what the library says of them when the page is made.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from sanctions_rules.diagnostics import Diagnostic, FactsError, RulebookError, render
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.read import read_case
from sitepages import ROOT
from sitepages.codes import Report, reports
from sitepages.markdown import code, fenced, link, page_of, plain, slug, table

INDEX: Final = "errors/index.md"
BAD: Final = ROOT / "tests" / "language" / "bad"
#: By the room in which a code is reported: its page and the page's title. The first that fits.
PAGES: Final = (
    ("language/", "errors/rules.md", "Messages about rules"),
    ("rulebooks/", "errors/packs.md", "Messages about packs and signatures"),
    ("signing/", "errors/packs.md", "Messages about packs and signatures"),
    ("record", "errors/records.md", "Messages about records"),
    ("adapters/", "errors/lists.md", "Messages about lists and payment messages"),
    ("", "errors/facts.md", "Messages about facts, tables and scenarios"),
)
#: Of a long input only so many lines are shown.
LONGEST: Final = 40


@dataclass(frozen=True)
class Bad:
    """An input of a test, and what is said of it."""

    name: str
    language: str
    text: str
    said: str
    codes: tuple[str, ...]


@cache
def bad_rules() -> tuple[Bad, ...]:
    """The rule files of `tests/language/bad`, each with the file that all of them share."""
    found: list[Bad] = []
    for path in sorted(BAD.glob("*.rules")):
        if path.stem == "common":
            continue
        files = {"common.rules": (BAD / "common.rules").read_bytes(), path.name: path.read_bytes()}
        annex, lock = path.with_suffix(".csv"), path.with_suffix(".lock")
        files |= {annex.name: annex.read_bytes()} if annex.is_file() else {}
        files |= {"annexes.lock": lock.read_bytes()} if lock.is_file() else {}
        problems, said = _compiled(files)
        text = files[path.name].decode("utf-8", errors="replace")
        found.append(Bad(path.stem, "rules", text, said, _codes(problems)))
    return tuple(found)


def _compiled(files: dict[str, bytes]) -> tuple[tuple[Diagnostic, ...], str]:
    try:
        compiled = compile_rulebook(files)
    except RulebookError as error:
        return error.problems, str(error)
    return compiled.warnings, render(compiled.warnings, compiled.sources)


@cache
def bad_facts() -> tuple[Bad, ...]:
    """The facts of the table `BAD` in `tests/test_cli.py`, as files of their suffix."""
    tree = ast.parse((ROOT / "tests" / "test_cli.py").read_text("utf-8"))
    wanted = [
        n for n in tree.body
        if isinstance(n, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id in ("SHIPMENT", "BAD") for t in n.targets)
    ]  # fmt: skip
    names: dict[str, Any] = {}
    exec(compile(ast.Module(wanted, []), "test_cli.py", "exec"), names)
    found: list[Bad] = []
    for number, (_, file, text, *_) in enumerate(names["BAD"], 1):
        language = Path(file).suffix[1:]
        try:
            read_case(text, format=language)
        except FactsError as error:
            found.append(Bad(f"facts {number}", language, text, str(error), _codes(error.problems)))
    return tuple(found)


def _codes(problems: tuple[Diagnostic, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p.code for p in problems))


# -- pages ---------------------------------------------------------------------------------------


def codes_by_page() -> dict[str, list[str]]:
    """Every code on the page of the room that reports it first; what only a test met is with rules or facts."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, places in reports().items():
        found[_page_of_file(places[0].file if _elsewhere(places) else "language/")].add(name)
    known = set(reports())
    for inputs, page in ((bad_rules(), PAGES[0][1]), (bad_facts(), PAGES[-1][1])):
        for one in inputs:
            found[page] |= {c for c in one.codes if c not in known}
            known |= set(one.codes)
    return {page: sorted(found[page]) for page in dict.fromkeys(p for _, p, _ in PAGES)}


def _elsewhere(places: list[Report]) -> bool:
    """Whether no message about rules has this code."""
    return not any(place.file.startswith("language/") for place in places)


def _page_of_file(file: str) -> str:
    return next(page for start, page, _ in PAGES if file.startswith(start))


def pages() -> dict[str, str]:
    by_page = codes_by_page()
    titles = {page: title for _, page, title in PAGES}
    made = {INDEX: _index(by_page, titles)}
    shown: dict[str, str] = {}
    for page, names in by_page.items():
        parts = ["Each message has its code, what it says with … for what is filled in, and where a"
                 " test has a bad input that earns it, that input."]  # fmt: skip
        parts += (_entry(name, page, shown) for name in names)
        made[page] = page_of(titles[page], *parts)
    return made


def _index(by_page: dict[str, list[str]], titles: dict[str, str]) -> str:
    parts = [
        "A problem is a value with a code and a place. Every problem of an input is reported in one"
        " run, with help where there is some. Codes do not change between releases without a line in"
        " the changelog.",
        "The [tables of hostile input](../hostile_input.md) say what becomes of whole classes of bad"
        " input. What loads and is likely wrong is found by lint, whose checks have pages of their own.",
    ]
    for page, names in by_page.items():
        rows = [(link(code(n), f"{page}#{slug(n)}", INDEX), plain(_first_said(n))) for n in names]
        parts += [f"## {titles[page]}", table(("code", "says"), rows)]
    return page_of("Messages", *parts)


def _first_said(name: str) -> str:
    said = next((r.said for r in reports().get(name, ()) if r.said), "")
    if not said:
        met = (b for b in (*bad_rules(), *bad_facts()) if name in b.codes)
        said = next((b.said.splitlines()[0].partition(": ")[2] for b in met), "")
    return said


def _entry(name: str, page: str, shown: dict[str, str]) -> str:
    lines = [f"## {name} {{ #{slug(name)} }}", ""]
    places = reports().get(name, [])
    said = {(r.said, r.help): r for r in places if r.said}
    for (text, help), report in said.items():
        kind = "Warning" if report.warning else "Error"
        lines.append(
            f"- {kind}: {_ticked(text)}" + (f"\n    - help: {_ticked(help)}" if help else "")
        )
    lines.append("")
    for one in (*bad_rules(), *bad_facts()):
        if name not in one.codes:
            continue
        if one.name in shown:
            lines.append(f"Also in {link(plain(one.name), shown[one.name], page)}.\n")
            continue
        anchor = f"input-{slug(one.name)}"
        shown[one.name] = f"{page}#{anchor}"
        lines += [
            f"### Bad: {plain(one.name)} {{ #{anchor} }}", "", fenced(_visible(one.text), one.language),
            "", fenced(_visible(one.said), "text"), "",
        ]  # fmt: skip
    return "\n".join(lines)


def _ticked(text: str) -> str:
    """Text of a message, in which backticks mark code as they do here."""
    pieces = text.split("`")
    return (
        "".join(code(p) if n % 2 else plain(p) for n, p in enumerate(pieces))
        if len(pieces) % 2
        else plain(text)
    )


def _visible(text: str) -> str:
    """The lines that are shown, with what cannot be seen written out."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > LONGEST:
        lines = [
            *lines[: LONGEST // 2],
            f"… {len(lines) - LONGEST} lines …",
            *lines[-LONGEST // 2 :],
        ]
    return "\n".join(
        "".join(c if c.isprintable() or c == "\t" else f"<U+{ord(c):04X}>" for c in line)
        for line in lines
    )
