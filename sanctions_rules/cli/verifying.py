"""`verify`: certificates against rules and facts, by the independent checker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sanctions_rules.certificates import Certificate, Refused, from_json, verify
from sanctions_rules.cli import FINDINGS, OK, show
from sanctions_rules.cli.asking import WrongUsage, law_of
from sanctions_rules.cli.giving import from_standard_input
from sanctions_rules.limits import DEFAULT
from sanctions_rules.read import read_case
from sanctions_rules.render.sentences import joined, visible
from sanctions_rules.rulebooks import Law


def verify_file(
    file: Path, facts: Sequence[str], rules: Sequence[Path], including: Sequence[str],
    overlays: Sequence[Path],
) -> int:  # fmt: skip
    """Check every certificate of a file; print what each proves, or why it is refused."""
    cases = [from_standard_input() if f == "-" else read_case(Path(f)) for f in facts]
    most = DEFAULT.certificate_bytes * max(1, len(facts))
    if file.stat().st_size > most:
        show(f"refused: limit: the file has more than {most} bytes")
        return FINDINGS
    texts = [line for line in file.read_bytes().split(b"\n") if line.strip()]
    if len(texts) != len(cases):
        raise WrongUsage(
            f"{len(texts)} certificates and the facts of {len(cases)}: name facts for each"
        )
    refused = 0
    for text, case in zip(texts, cases, strict=True):
        try:
            read = from_json(text)
            proved = verify(read, _law(read, rules, including, overlays), case)
        except Refused as refusal:
            refused += 1
            show(f"refused: {visible(str(refusal))}")
            continue
        show("\n".join(_told(proved)))
    return FINDINGS if refused else OK


def _law(
    read: Certificate, rules: Sequence[Path], including: Sequence[str], overlays: Sequence[Path]
) -> Law:
    """The law that the certificate was made with: all that is packaged, or of its regimes alone."""
    law = law_of(rules, including, (), overlays)
    if rules or overlays or read.allowed or law.digest == read.rulebook:
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
