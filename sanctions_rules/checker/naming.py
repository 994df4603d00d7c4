"""Conditions that name other texts."""

from __future__ import annotations

from sanctions_rules.checker.conditions import At
from sanctions_rules.checker.provisions import Provisions
from sanctions_rules.checker.texts import ALWAYS, Said, Text, no
from sanctions_rules.checker.values import FALSE, NONE, TRUE, UNKNOWN, has, known


class Naming(Provisions):
    """Conditions that name terms, tables, provisions and determinations."""

    def if_asked(self, at: At, path: list[str] | None, *claim: str) -> str:
        """A claim about the item at the end of a path: false where there is none."""
        item = {"item": ""} if path is None else self.value(path, at)
        if not has(item, "item"):
            return FALSE if item == NONE else UNKNOWN
        return self.shown.claim(*claim, item["item"])

    def if_term(self, at: At, key: str, path: list[str] | None) -> str:
        return self.if_asked(at, path, "term", key, at.anchor)

    def if_owned(self, at: At, key: str, path: list[str]) -> str:
        return self.if_asked(at, path, "owned", key, at.anchor)

    def if_as_owned(self, at: At) -> str:
        return at.as_owned

    def if_covered(self, at: At, key: str, path: list[str] | None) -> str:
        if path is None:
            return self.shown.claim("covered of the act", key)
        return self.if_asked(at, path, "covered", key)

    def if_open(self, at: At, name: str, path: list[str]) -> str:
        """A predicate left open: this variant is through a fill of it, or any fill may meet it."""
        opening = at.opens[name]
        if opening["itself"]:
            return known(bool(at.fill) and self.text(at.fill)["fills"] == name)

        def by(fill: Text, noun: str) -> Said:
            inner = At(at.anchor, fill["zone"], {**at.bound, noun: self.value(path, at)})
            return ["at", inner, self.relied_on(fill, [
                "and", self.filled(fill, noun, inner), no(["or", *self.lines(fill["except"][noun])]),
            ])]  # fmt: skip

        return self.holds(["or", *(
            ["and", ["claim", "in force", f, at.anchor], by(self.text(f), noun)]
            for f in opening["fills"] for noun in self.text(f)["with"]
        )], at)  # fmt: skip

    def if_in(self, at: At, path: list[str], tables: list[str]) -> str:
        """Membership of code lists: rows in their days; an incomplete list leaves a miss open."""
        return self.holds(["or", *(
            ["and", ["claim", "in force", t, at.anchor], self.relied_on(self.text(t), ["listed in", path, t])]
            for t in tables
        )], at)  # fmt: skip

    def if_listed_in(self, at: At, path: list[str], key: str) -> str:
        table = self.text(key)
        good = At(at.anchor, table["zone"], {"good": self.value(path, at)})
        sort = self.holds(table["only"], good) if table["only"] else ""
        rows = [
            ["and", ["codes", path, r["codes"], sort],
             *([] if r["days"] == ALWAYS else [["within", r["days"], table["lacks"]]])]
            for r in table["rows"] if r["codes"]
        ]  # fmt: skip
        beyond = ["and", *([["codes", path, table["within"]]] if table["within"] else []),
                  ["is", sort or TRUE], ["lacks", table["lacks"]]]  # fmt: skip
        return self.holds(["or", *rows, *([beyond] if table["incomplete"] else [])], at)

    def if_listed(self, at: At, path: list[str], tables: list[str]) -> str:
        """On a list of the law itself, by identifier or exact name."""

        def named(keys: list[str]) -> Said:
            numbered = (["includes", [*path, "identifiers"], k] for k in keys)
            return ["or", *(["word", [*path, p], keys] for p in ("id", "name")), *numbered]

        return self.holds(["or", *(
            ["and", ["claim", "in force", t, at.anchor], self.relied_on(self.text(t), named(self.text(t)["keys"]))]
            for t in tables
        )], at)  # fmt: skip
