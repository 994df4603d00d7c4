"""A decision that can show itself: as text, Markdown, HTML, JSON, and in a notebook.

`decision.py` lies below the renderers and knows none of them; here, above both, they meet. Each
renderer is imported when it is first used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sanctions_rules.decision import Decision, Finding

if TYPE_CHECKING:
    from sanctions_rules.engines.interpreter import Step
    from sanctions_rules.record import Key, Review
    from sanctions_rules.recording import Recorded
    from sanctions_rules.rulebooks import Law


@dataclass(frozen=True, repr=False)
class ExplainedDecision(Decision):
    """The decision of one case under each regime asked, with its explanation in every format."""

    @classmethod
    def of(cls, decision: Decision) -> ExplainedDecision:
        return cls(**{field.name: getattr(decision, field.name) for field in fields(Decision)})

    def made_by(self, law: Law) -> Self:
        """The decision, which remembers the law that made it."""
        self.__dict__["_law"] = law
        return self

    def certificate(self) -> str:
        """A proof of the outcomes, as one line of JSON: see docs/certificates.md.

        `verify` checks it. Raises ValueError for a decision that no law made.
        """
        from sanctions_rules.certificates import certify, to_json

        return to_json(certify(self._home(), self))

    def _home(self) -> Law:
        behind = self.__dict__.get("_behind")
        law = self.__dict__.get("_law") or (behind and behind.home)
        if law is None:
            raise ValueError("a decision that was put together by hand has no certificate")
        return law

    def derivations(self, regime: str) -> tuple[tuple[Finding, Step], ...]:
        """Why the prohibitions of a regime that bind, or may bind, do, as steps of the reference.

        Much less work than all that `explain` says: nothing else of the decision is found for it.
        """
        from sanctions_rules.engines.conclude import derivations

        one = self[regime]
        if not (one.fired or one.undecided):
            return ()
        behind = self.__dict__.get("_behind")
        return derivations(self.source, one) if behind is None else behind.derivations(self, one)

    def explain(self) -> str:
        """Why, why not, what is missing and what would change the answer, as plain text."""
        from sanctions_rules.render.text import to_text

        return to_text(self)

    def to_markdown(self) -> str:
        from sanctions_rules.render.memo import to_markdown

        return to_markdown(self)

    def to_html(self, *, certificate: bool = False) -> str:
        """One self-contained page. `certificate`: it carries its proof too, and checks it in a browser."""
        from sanctions_rules.render.html import to_html

        if not certificate:
            return to_html(self)
        from sanctions_rules.certificates import certify
        from sanctions_rules.certificates.carried import carried

        law = self._home()
        rulebook = law.settled(self.allow_withdrawn)
        return to_html(self, proof=carried(certify(law, self), rulebook, self.source.case))

    def to_json(self) -> str:
        from sanctions_rules.render.data import to_json

        return to_json(self)

    def record(
        self, *, review: Review | None = None, evaluated_at: datetime | None = None,
        key: Key | None = None,
    ) -> Recorded:  # fmt: skip
        """What is kept of the decision; with a `key`, without names. See docs/records.md."""
        from sanctions_rules.recording import record

        return record(self, review=review, evaluated_at=evaluated_at, key=key)

    def __str__(self) -> str:
        return self.explain()

    def __repr__(self) -> str:
        about = f", about {', '.join(self.about)} only" if self.about else ""
        return f"<Decision {'; '.join(f'{r.regime}: {r.headline}' for r in self)}{about}>"

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        for regime in self:
            yield regime.regime, regime.headline
        if self.about:
            yield "about", self.about

    def _repr_html_(self) -> str:
        from sanctions_rules.render.html import to_fragment

        return to_fragment(self)

    def _repr_markdown_(self) -> str:
        return self.to_markdown()
