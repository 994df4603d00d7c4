"""`decide --format record`: decisions as lines of a chain, printed or added to a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sanctions_rules.cli import show
from sanctions_rules.rulebooks.explained import ExplainedDecision


@dataclass(frozen=True)
class Keeping:
    """How records are kept: where, without names by which key, and with whose review."""

    append: Path | None = None
    redact_key: Path | None = None
    review: Path | None = None


def keep(decisions: Sequence[ExplainedDecision], how: Keeping) -> None:
    """Print the records, a line each, or add them to a file and say its new head.

    Raises ProblemsError for a key or review that cannot be used, or a chain that is broken.
    """
    from sanctions_rules.record import Key, chained, read_review
    from sanctions_rules.record.chain import append

    key = Key.read(how.redact_key) if how.redact_key else None
    review = read_review(how.review.name, how.review.read_bytes()) if how.review else None
    now = datetime.now(UTC)
    made = [d.record(review=review, evaluated_at=now, key=key) for d in decisions]
    pairs = [(one.record, one.envelope) for one in made]
    if how.append is None:
        show("\n".join(line.canonical() for line in chained(pairs)))
        return
    lines = append(how.append, pairs)
    last = lines[-1].chain
    print(f"{len(lines)} added; line {last.number} is the head: {last.digest}", file=sys.stderr)
