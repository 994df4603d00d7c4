"""Names taken out of a case before anything is decided on it, so that none can come out again.

Every text of the facts that is not from a vocabulary (names, ids, descriptions, identifiers,
account numbers, reasons, sources) becomes a keyed hash: HMAC-SHA256 with a key that is kept
elsewhere, 128 bits of it shown. A plain or salted hash whose salt is known would be guessed: who
has a list of a million names hashes them all in a second. Equal texts become equal hashes, so
that a redacted case still hangs together and gives the same answer.

What stays: words of the vocabularies, countries, codes, numbers, amounts, days. A day with an
amount may point at a person for who knows the matter already; redaction is no anonymity.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from sanctions_rules.diagnostics import Diagnostic, ProblemsError
from sanctions_rules.facts import Case, Collection, Declared, FactModel, Listed, Provenance
from sanctions_rules.record.fields import Redaction
from sanctions_rules.record.review import Override, Review
from sanctions_rules.schema import children

METHOD: Final = "HMAC-SHA256, 128 bits"
MARK: Final = "redacted-"
#: A key shorter than this could be guessed.
SHORTEST: Final = 16
#: Text facts that quote the law itself; kept where they say exactly what the law says.
QUOTES_LAW: Final = frozenset({
    ("LicenceHeld", "lifts"), ("Judgement", "question"), ("Performance", "duty"),
    ("Listing", "criterion"), ("Listing", "programme"),
})  # fmt: skip
#: What a judgement or a performance may be of, other than an id.
_PLACE: Final = re.compile(r"act|[a-z_]+\[[0-9]+\](\.[a-z_]+\[[0-9]+\])*")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STATED: Final = "stated: none"


class RedactionError(ProblemsError):
    """A key that cannot be used, or a case whose answer would be another without its names."""


@dataclass(frozen=True, repr=False)
class Key:
    """A secret of at least 16 bytes. Never printed."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) < SHORTEST:
            raise RedactionError([Diagnostic(
                "short-key", f"a key has at least {SHORTEST} bytes",
                help="make one at random: openssl rand -hex 32",
            )])  # fmt: skip

    @classmethod
    def read(cls, path: str | Path) -> Key:
        """The key in a file, without the line end. Never from a command line, which others see."""
        try:
            return cls(Path(path).read_bytes().strip())
        except OSError as error:
            raise RedactionError([Diagnostic(
                "no-file", f"the key cannot be read: {error.strerror}", path=str(path)
            )]) from None  # fmt: skip

    @property
    def id(self) -> str:
        return self._mac(b"key id", b"")[:16]

    @property
    def redaction(self) -> Redaction:
        return Redaction(method=METHOD, key_id=self.id)

    def token(self, text: str) -> str:
        return MARK + self._mac(b"text", text.encode("utf-8", "surrogatepass"))[:32]

    def _mac(self, purpose: bytes, text: bytes) -> str:
        message = b"sanctions_rules.redaction/1\0" + purpose + b"\0" + text
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()


def redacted(case: Case, key: Key, law_words: frozenset[str] = frozenset()) -> Case:
    """The case without its names. `law_words`: texts of the law that facts may quote."""
    return cast(Case, _model(case, key, law_words))


def _model(model: FactModel, key: Key, law_words: frozenset[str]) -> FactModel:
    kind = type(model)
    changed: dict[str, Any] = {}
    for name in kind.model_fields:
        value = getattr(model, name)
        if name == "provenance":
            sources = cast("dict[str, Provenance]", value)
            changed[name] = {k: _provenance(v, key) for k, v in sources.items()}
        elif name in children(kind):
            changed[name] = _model(value, key, law_words)
        elif value is not None:
            declared = kind.declarations[name]
            changed[name] = _fact(
                value, declared, _texts_of(kind, name, key, law_words), key, law_words
            )
    return model.model_copy(update=changed)


def _texts_of(
    kind: type[FactModel], name: str, key: Key, law_words: frozenset[str]
) -> Callable[[str], str]:
    """How the texts of one fact are replaced."""
    if (kind.__name__, name) in QUOTES_LAW:
        return lambda text: text if text in law_words else key.token(text)
    if name == "of":
        return lambda text: text if _PLACE.fullmatch(text) else key.token(text)
    return key.token


def _fact(
    value: Any, declared: Declared, text: Callable[[str], str], key: Key, law_words: frozenset[str]
) -> Any:
    match value:
        case Collection():
            inner = cast("Collection[FactModel]", value)
            items = tuple(_model(item, key, law_words) for item in inner.items)
            return inner.model_copy(update={"items": items, "basis": _basis(inner.basis, key)})
        case Listed():
            worded = declared.form not in ("texts", "refs")
            items = value.items if worded else tuple(map(text, value.items))
            return Listed(items, value.complete, _basis(value.basis, key))
        case str() if declared.form in ("text", "ref"):
            return text(value)
        case _:
            return value


def _basis(basis: str | None, key: Key) -> str | None:
    return basis if basis is None or basis == _STATED else key.token(basis)


def _provenance(one: Provenance, key: Key) -> Provenance:
    return Provenance(
        source=_hidden(one.source, key), document_ref=_hidden(one.document_ref, key),
        observed_at=_day(one.observed_at, key), unknown_because=_hidden(one.unknown_because, key),
    )  # fmt: skip


def _hidden(text: str | None, key: Key) -> str | None:
    return None if text is None else key.token(text)


def _day(text: str | None, key: Key) -> str | None:
    return text if text is not None and _DAY.fullmatch(text) else _hidden(text, key)


def redacted_review(review: Review, key: Key) -> Review:
    """What people wrote of a decision, without names: theirs, and those they may mention."""
    override = review.override
    return review.model_copy(update={
        "reviewer": _hidden(review.reviewer, key),
        "second_reviewer": _hidden(review.second_reviewer, key),
        "comment": _hidden(review.comment, key),
        "override": override and Override(
            by=key.token(override.by), reason=key.token(override.reason)
        ),
    })  # fmt: skip
