"""What people did with an answer: who looked, when, and whether somebody decided otherwise.

A review is kept beside the record, never in it: an override is a named person's word, and the
outcome stays what facts and law made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, cast

from pydantic import Field, ValidationError

from sanctions_rules.diagnostics import Diagnostic, FactsError
from sanctions_rules.limits import DEFAULT, Limits
from sanctions_rules.read import parse_text
from sanctions_rules.record.kept import Instant, Kept
from sanctions_rules.source import Source


class Override(Kept):
    """A named person decided otherwise. The outcome of the record stays what it is."""

    by: str = Field(min_length=1)
    reason: str = Field(min_length=1)


class Review(Kept):
    """What people did with the answer. It is kept beside it, and changes nothing in it."""

    status: Literal["not_reviewed", "pending", "escalated", "approved", "declined"] = "not_reviewed"
    reviewer: str | None = None
    second_reviewer: str | None = None
    decided_at: Instant | None = None
    comment: str | None = None
    override: Override | None = None


def read_review(name: str, data: bytes, limits: Limits = DEFAULT) -> Review:
    """A review from TOML, or JSON by the suffix of its name.

    Raises FactsError with every problem; none of them shows what was written.
    """
    if len(data) > limits.file_bytes:
        raise _refused(
            "limit.file-bytes", f"the file is larger than {limits.file_bytes} bytes", name
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("encoding", "the file is not UTF-8", name) from None
    read = parse_text(Source(name, text), "json" if name.lower().endswith(".json") else "toml")
    if not isinstance(read, Mapping):
        raise _refused("wrong-shape", "a review is a table", name)
    found = dict(cast("Mapping[str, Any]", read))
    if isinstance(found.get("decided_at"), datetime):  # TOML has times of its own
        found["decided_at"] = found["decided_at"].isoformat()
    try:
        return Review.model_validate(found)
    except ValidationError as error:
        raise FactsError([
            Diagnostic("bad-review", one["msg"][0].lower() + one["msg"][1:],
                       path=f"{name}: {'.'.join(map(str, one['loc']))}")
            for one in error.errors(include_url=False, include_input=False)
        ]) from None  # fmt: skip


def _refused(code: str, message: str, name: str) -> FactsError:
    return FactsError([Diagnostic(code, message, path=name)])
