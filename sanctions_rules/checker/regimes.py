"""What follows for a regime: its outcome, and on whom sanctions may be imposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sanctions_rules.checker.conditions import At, Unproven
from sanctions_rules.checker.terms import Terms
from sanctions_rules.checker.texts import Said
from sanctions_rules.checker.values import FALSE, TRUE, UNKNOWN


class Rules(Terms):
    """All rules of claims, and what a regime says of the act."""

    def asked(self, regime: str, verb: str, about: list[str]) -> Iterator[tuple[str, str]]:
        """Every provision of that verb, through each fill, and each thing that it may bind (`?`: unnamed)."""
        for key in self.variants:
            text, fills = self.norm(key), self.fills(key)
            named = any(
                text["instrument"] == a or text["id"].startswith(a) or any(f["id"].startswith(a) for f in fills)
                for a in about
            )  # fmt: skip
            if text["regime"] == regime and text["verb"] == verb and (named or not about):
                members, complete = (
                    self.members(text["over"], At("", ""))
                    if text["over"]
                    else ([{"item": ""}], True)
                )
                yield from ((key, m["item"]) for m in members)
                if not complete and verb == "prohibits":
                    yield key, "?"

    def outcome(self, regime: str, because: Sequence[tuple[str, str]], about: list[str]) -> str:
        """Prohibited by one that binds; else whether one may bind; else whether one was lifted."""
        every = list(self.asked(regime, "prohibits", about))
        if any(
            (key, place) in every and self.stands(key, place) == "binds" for key, place in because
        ):
            return "prohibited"
        found = {self.stands(key, place) for key, place in every}
        if "binds" in found:
            return "prohibited"
        return (
            "undetermined"
            if "may bind" in found
            else "authorised"
            if "lifted" in found
            else "not_prohibited"
        )

    def stands(self, key: str, place: str) -> str:
        """How one prohibition stands to the act."""
        if place == "?":
            return "out" if self.shown.claim("unnamed", key) == FALSE else "may bind"
        if self.shown.claim("engaged", key, place) == FALSE:
            return "out"
        truth = self.shown.claim("effective", key, place)
        if truth == TRUE and self.shown.claim("conflict", key, place) == FALSE:
            return "binds"
        return "lifted" if truth == FALSE else "may bind"

    def of_unnamed(self, key: str) -> tuple[Said, At]:
        """A thing that the facts do not name may be reached, unless the time, the actor or the act
        rule it out, or the provision waits for a determination that nobody has made.
        """
        opened = [o for o in self.norm(key)["opens"].values() if not o["value"]]
        idle = any(o["itself"] or not o["fills"] for o in opened) and not self.fills(key)
        never = ["is", FALSE if idle and self.never(key) else UNKNOWN]
        return [
            "and",
            self.alive(key),
            ["claim", "bound", key],
            ["claim", "act", key],
            never,
        ], self.at(key)

    def never(self, key: str) -> bool:
        """Whether what it says is false with nothing shown at all."""
        shown, self.shown = self.shown, Nothing()
        try:
            return self.conclude("says", key, "?") == FALSE
        except Unproven:
            return False
        finally:
            self.shown = shown

    def exposed(self, regime: str, about: list[str]) -> dict[tuple[str, str], str]:
        """Powers that are, or may be, open: on whom sanctions may be imposed."""
        powers = [
            (k, p)
            for k, p in self.asked(regime, "empowers", about)
            if self.norm(k)["menu"] != ["derogation"]
        ]
        found = {(key, place): self.shown.claim("effective", key, place) for key, place in powers}
        return {one: truth for one, truth in found.items() if truth != FALSE}


class Nothing:
    """Shows nothing at all."""

    def fact(self, place: str, path: str) -> Any:
        raise Unproven

    def claim(self, *claim: str) -> str:
        raise Unproven

    def status(self, *claim: str) -> Mapping[str, str]:
        raise Unproven

    def lack(self, why: str) -> str:
        raise Unproven

    def mark(self) -> int:
        return 0

    def drop(self, start: int, end: int) -> None:
        pass
