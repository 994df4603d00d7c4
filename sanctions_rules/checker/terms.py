"""What terms come to, and how they pass on to who is owned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sanctions_rules.checker.conditions import At
from sanctions_rules.checker.naming import Naming
from sanctions_rules.checker.owners import WHOLE, Held, Owners, Way
from sanctions_rules.checker.texts import Said, Text, no
from sanctions_rules.checker.values import FALSE, TRUE, UNKNOWN, Span, has, number

WHOLE_SHARE = Span(Decimal(100), Decimal(100))


class Terms(Naming):
    """Terms as they stand at an event, and who has one through owners."""

    def of_term(self, key: str, anchor: str, place: str) -> tuple[Said, At]:
        """What its versions say in their time; unknown where no text says it."""
        if self.rulebook["terms"][key]["closure"]:
            return self.of_owned(key, anchor, place)
        return self.of_term_by_itself(key, anchor, place)

    def of_term_by_itself(
        self, key: str, anchor: str, place: str, as_owned: str = FALSE
    ) -> tuple[Said, At]:
        term = self.rulebook["terms"][key]
        bound = {term["noun"]: {"item": place}} if term["noun"] else {}
        parts: list[Said] = []
        for one in term["versions"]:
            text = self.text(one["text"])
            at = At(anchor, text["zone"], bound, one["opens"], "", as_owned)
            said = ["and", *self.lines(one["says"], text), no(["or", *self.lines(one["except"])])]
            parts.append(
                [
                    "and",
                    ["claim", "in force", one["text"], anchor],
                    ["at", at, self.relied_on(text, said)],
                ]
            )
        return ["or", *parts, ["undefined", key]], At(anchor, "")

    def if_undefined(self, at: At, key: str) -> str:
        term = self.rulebook["terms"][key]
        living = ["or", *(["claim", "in force", v["text"], at.anchor] for v in term["versions"])]
        why = f"no text in the rulebook says what `{term['name']}` is at that time"
        return FALSE if self.holds(living, at) == TRUE else self.shown.lack(why)

    def of_term_if_owned(self, key: str, anchor: str, place: str) -> tuple[Said, At]:
        return self.of_term_by_itself(key, anchor, place, TRUE)

    def of_owned(self, key: str, anchor: str, place: str) -> tuple[Said, At]:
        return ["is", self.shown.status("closure", key, anchor).get(place, UNKNOWN)], At(anchor, "")

    def owners(self, key: str, anchor: str) -> Owners:
        """The parties and the stakes as a term that passes on by ownership looks at them."""
        closure, at = self.rulebook["closures"][key], At("", "")
        parties = [p["item"] for p in self.members(["case", "parties"], at)[0]]
        stakes, complete = self.members(["case", "ownership"], at)
        several = any(w["mode"] == "severally" for w in closure["ways"])
        first, second = (
            ("term by itself", "term if owned") if closure["recursive"] else ("term", "")
        )
        seeds = {p: self.shown.claim(first, closure["term"], anchor, p) for p in parties}
        guards = {
            p: self.shown.claim(second, closure["term"], anchor, p) if second else TRUE
            for p in parties
        }
        ways: list[Way] = []
        for said in closure["ways"]:
            held = [self.held(s["item"], said, closure, anchor, several) for s in stakes]
            complete = complete and (bool(ways) or None not in held)
            more = (
                [h for p in parties for h in self.controllers(p)]
                if "other_means" in said["means"]
                else []
            )
            ways.append(Way(said, (*(h for h in held if h), *more), True))
        for owner in sorted({h.owner for way in ways for h in way.held} - set(parties)):
            seeds[owner], guards[owner] = UNKNOWN, FALSE
        ways = [replace(way, complete=complete) for way in ways]
        return Owners(seeds, guards, tuple(ways), closure["direct"], several, complete)

    def held(self, place: str, way: Text, closure: Text, anchor: str, several: bool) -> Held | None:
        """A stake; None where it is not known in whom. An unknown owner stands as the stake itself."""
        owner, asset = self.shown.fact(place, "owner"), self.shown.fact(place, "asset")
        if not has(asset, "item"):
            return None
        share: Any = WHOLE_SHARE if way["means"] else number(self.shown.fact(place, "percent"))
        span = share if isinstance(share, Span) else Span(None, None)
        mine = owner["item"] if has(owner, "item") else place
        partners: dict[str, str] = {}
        shared = mine == place
        for path in ("held_jointly_with", "used_jointly_with") if several else ():
            members, complete = self.members(
                ["stake", path], At("", "", {"stake": {"item": place}})
            )
            shared = shared or not complete
            partners |= {m["item"]: TRUE for m in members}
        return Held(
            mine, asset["item"], (Decimal(0) if span.low is None else span.low, int(span.low_open)),
            (Decimal(100) if span.high is None else span.high, -int(span.high_open)),
            self.holds(self.counts(way, closure, anchor), At(anchor, closure["zone"], {"stake": {"item": place}})),
            partners, shared,
        )  # fmt: skip

    def counts(self, way: Text, closure: Text, anchor: str) -> Said:
        """Held at the time, directly and on the basis that counts; or giving control at the time."""
        when, zone = {"fact": ["case", *anchor.split(".")]}, closure["zone"]
        since, until = ["stake", "held_from"], ["stake", "held_until"]
        control = [
            "or",
            *(["includes", ["stake", "control"], m] for m in way["means"] if m != "other_means"),
        ]
        directly = [
            "and",
            ["word", ["stake", "basis"], [way["basis"]]],
            no(["yes", ["stake", "is_indirect"]]),
        ]
        return [
            "and", control if way["means"] else directly,
            ["or", ["none", since], ["time", since, "on or before", when, zone]],
            ["or", ["none", until], ["time", until, "after", when, zone]],
        ]  # fmt: skip

    def controllers(self, place: str) -> Iterator[Held]:
        """Who controls a party by means that are no stake; somebody, while that is not all known."""
        members, complete = self.members(
            ["party", "controlled_by"], At("", "", {"party": {"item": place}})
        )
        yield from (Held(one["item"], place, WHOLE, WHOLE, TRUE) for one in members)
        if not complete:
            yield Held(f"{place}.controlled_by", place, WHOLE, WHOLE, UNKNOWN)
