"""`verify`: certificates by the independent checker, and files of records by their chain.

What a file holds is told by its first line, or by the facts that are given. A chain is checked without any law: that no line was
changed, dropped or moved, not that its decision was right. `replay` asks that.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sanctions_rules.certificates import Certificate, Refused, from_json, verify
from sanctions_rules.cli import FINDINGS, OK, show
from sanctions_rules.cli.asking import WrongUsage, law_of
from sanctions_rules.cli.giving import from_standard_input
from sanctions_rules.limits import DEFAULT
from sanctions_rules.read import read_case
from sanctions_rules.record.chain import RecordsError, read_lines
from sanctions_rules.render.sentences import joined, visible
from sanctions_rules.rulebooks import Law


@dataclass(frozen=True)
class Verifying:
    """One question about a file of certificates or of records."""

    file: Path
    facts: Sequence[str] = ()
    head: str | None = None
    rules: Sequence[Path] = ()
    including: Sequence[str] = ()
    overlays: Sequence[Path] = ()


def verify_file(asked: Verifying) -> int:
    """Check every line of a file; print what holds, or why it is refused; return the exit code."""
    if asked.facts or _holds_certificates(asked.file):
        if asked.head is not None:
            raise WrongUsage("--head goes with records, and these are certificates")
        return _verify_certificates(asked)
    if asked.rules or asked.overlays:
        raise WrongUsage("a chain of records is checked without law: rules go with `replay`")
    return _verify_records(asked.file, asked.head)


def _holds_certificates(file: Path) -> bool:
    """Whether the first line says of itself that it has a form, as records do not."""
    try:
        with file.open("rb") as opened:
            data: Any = json.loads(opened.readline(DEFAULT.certificate_bytes))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and "format" in cast("dict[str, Any]", data)


def _verify_records(file: Path, head: str | None) -> int:
    number, last = 0, ""
    try:
        for line in read_lines(file, head):
            number, last = line.chain.number, line.chain.digest
    except RecordsError as error:
        if any(problem.code == "no-file" for problem in error.problems):
            raise
        before = f"\n{number} before it hang together" if number else ""
        show(f"refused: {error}{before}")
        return FINDINGS
    count = f"{number} record" + (" hangs" if number == 1 else "s hang")
    cut = "" if head else "; whether lines were cut off at the end shows only with --head"
    show(f"{count} together, head {last}{cut}")
    return OK


def _verify_certificates(asked: Verifying) -> int:
    cases = [from_standard_input() if f == "-" else read_case(Path(f)) for f in asked.facts]
    most = DEFAULT.certificate_bytes * max(1, len(asked.facts))
    if asked.file.stat().st_size > most:
        show(f"refused: limit: the file has more than {most} bytes")
        return FINDINGS
    texts = [line for line in asked.file.read_bytes().split(b"\n") if line.strip()]
    if len(texts) != len(cases):
        raise WrongUsage(
            f"{len(texts)} certificates and the facts of {len(cases)}: name facts for each"
        )
    refused = 0
    for text, case in zip(texts, cases, strict=True):
        try:
            read = from_json(text)
            proved = verify(read, _law(read, asked), case)
        except Refused as refusal:
            refused += 1
            show(f"refused: {visible(str(refusal))}")
            continue
        show("\n".join(_told(proved)))
    return FINDINGS if refused else OK


def _law(read: Certificate, asked: Verifying) -> Law:
    """The law that the certificate was made with: all that is packaged, or of its regimes alone."""
    law = law_of(asked.rules, asked.including, (), asked.overlays)
    if asked.rules or asked.overlays or read.allowed or law.digest == read.rulebook:
        return law
    regimes = [answer.regime for answer in read.answers]
    return law_of((), (), regimes) if set(regimes) <= set(law.regimes) else law


def _told(proved: Certificate) -> list[str]:
    """What was proved, in words; the scope of the question never left out."""
    about = f", about {joined(proved.about)} only" if proved.about else ""
    known = f", as the law was known on {proved.known_on}" if proved.known_on else ""
    lines = [f"proved in {len(proved.steps)} steps{about}{known}:"]
    for answer in proved.answers:
        by = f" by {joined(key for key, _ in answer.because)}" if answer.because else ""
        lines.append(f"  {answer.regime}: {answer.outcome.upper()}{visible(by)}")
        lines += [
            f"    sanctions {'may' if truth == 'true' else 'might'} be imposed under {visible(key)}"
            for key, _, truth in answer.exposed
        ]
    return lines
