"""What follows for a provision, a term or a regime: one rule for each kind of claim.

Nothing but the standard library. A claim names its kind and what it is about; its rule is a
condition over facts and other claims, and the step of the claim must show it. Which texts except
from, lift or take back which is found here, from the resolved rulebook alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from sanctions_rules.checker.conditions import (
    FALSE,
    FOREVER,
    NONE,
    TRUE,
    UNKNOWN,
    At,
    Conditions,
    Span,
    Unproven,
    has,
    instants,
    known,
    number,
    within,
)
from sanctions_rules.checker.owners import WHOLE, Held, Owners, Way

#: On which verbs each verb acts.
ACTS_ON = {
    "authorises": ("prohibits", "empowers"),
    "exempts": ("prohibits", "empowers", "requires"),
    "displaces": ("prohibits", "empowers", "requires", "authorises", "exempts", "displaces"),
    "penalises": ("prohibits", "requires"),
}
ACTOR, KIND, ALWAYS = (
    ["case", "actor"],
    ["case", "act", "kind"],
    [-FOREVER, -FOREVER, FOREVER, FOREVER],
)
Text = Mapping[str, Any]
Said = list[Any]


def no(said: Said) -> Said:
    return ["not", said]


def whether(value: bool) -> Said:
    return ["is", known(value)]


class Rules(Conditions):
    """The rules of claims. `readings`: which reading of each point is followed."""

    readings: Mapping[str, str]

    def conclude(self, kind: str, *about: str) -> str:
        """The one way from a claim to its truth: the rule of its kind, shown by its step."""
        return self.holds(*getattr(self, "of_" + kind.replace(" ", "_"))(*about))

    def if_is(self, at: At, truth: str) -> str:
        return truth

    def if_claim(self, at: At, *claim: str) -> str:
        return self.shown.claim(*claim)

    def if_at(self, outer: At, at: At, said: Said) -> str:
        return self.holds(said, at)

    def if_within(self, at: At, interval: list[int], lacks: str) -> str:
        truth = within(instants(self.value(["case", *at.anchor.split(".")], at), at.zone), interval)
        fuzzy = interval[0] != interval[1] or interval[2] != interval[3]
        return self.shown.lack(lacks) if truth == UNKNOWN and fuzzy else truth

    # -- what the rulebook says of itself --------------------------------------------------------

    def text(self, key: str) -> Text:
        return self.rulebook["texts"][key]

    @cached_property
    def variants(self) -> dict[str, Text]:
        return {v["key"]: v for v in self.rulebook["variants"]}

    def norm(self, key: str) -> Text:
        return self.text(self.variants[key]["text"])

    def fills(self, key: str) -> list[Text]:
        return [self.text(name)] if (name := self.variants[key]["fill"]) else []

    def reached(self, verb: str, aim: Text) -> list[str]:
        """What a verb acts on of what a reference means: of a whole instrument, what it prohibits."""
        found: list[str] = aim["variants"]
        if verb in ("authorises", "penalises") and aim["whole"]:
            found = [v for v in found if self.norm(v)["verb"] == "prohibits"] or found
        return [v for v in found if self.norm(v)["verb"] in ACTS_ON[verb]]

    @cached_property
    def exceptions(self) -> dict[str, dict[str, str]]:
        """By provision, through its fill, what excepts from, lifts or displaces it, with its verb."""
        found: dict[str, dict[str, str]] = {}
        for key, one in self.variants.items():
            verb = self.norm(key)["verb"]
            for aim in (
                self.norm(key)["on"] if verb in ("authorises", "exempts", "displaces") else ()
            ):
                for target in self.reached(verb, aim):
                    if self.variants[target]["text"] != one["text"]:
                        found.setdefault(target, {})[key] = verb
        return found

    @cached_property
    def withdrawing(self) -> list[tuple[str, list[str], list[str]]]:
        """Each provision that takes exceptions back: which texts, and from which targets (none: all)."""
        texts = [(key, self.norm(key)) for key, one in self.variants.items() if not one["fill"]]
        return [
            (k, [x for aim in t["on"] for x in aim["texts"]], t["only_for"])
            for k, t in texts
            if t["verb"] == "withdraws"
        ]

    @cached_property
    def displaced(self) -> set[str]:
        displacing = [self.norm(v) for v in self.variants if self.norm(v)["verb"] == "displaces"]
        return {t for text in displacing for aim in text["on"] for t in aim["texts"]}

    # -- texts in their time ---------------------------------------------------------------------

    def followed(self, text: Text) -> Said:
        """Whether it was published by then, and is the reading that is followed."""
        point = text["reading"]
        return whether(
            text["known"] <= self.known_on
            and (not point or self.readings.get(point[0]) == point[1])
        )

    def relied_on(self, text: Text, said: Said) -> Said:
        """What a text says; not known of one that was found wrong and withdrawn."""
        return ["lacks", text["withdrawn"]] if text["withdrawn"] else said

    def of_in_force(self, key: str, anchor: str) -> tuple[Said, At]:
        """Published, begun, not over, not replaced by a text published by then, relied on."""
        text = self.text(key)
        newer = [self.text(n) for n in text["newer"]]
        return [
            "and", self.followed(text), ["within", text["interval"], text["lacks"]],
            *(no(["and", self.followed(n), ["within", [*n["interval"][:2], FOREVER, FOREVER], n["lacks"]],
                  self.relied_on(n, whether(True))]) for n in newer),
            self.relied_on(text, whether(True)),
        ], At(anchor, text["zone"])  # fmt: skip

    def alive(self, key: str) -> Said:
        one, anchor = self.variants[key], ".".join(self.norm(key)["anchor"][1:])
        return ["and", *(["claim", "in force", t, anchor] for t in (one["text"], one["fill"]) if t)]

    # -- a provision, through the determination that fills it ------------------------------------

    def at(self, key: str, place: str = "") -> At:
        text = self.norm(key)
        bound = {text["noun"]: {"item": place}} if text["noun"] else {}
        return At(
            ".".join(text["anchor"][1:]),
            text["zone"],
            bound,
            text["opens"],
            self.variants[key]["fill"],
        )

    def of_bound(self, key: str) -> tuple[Said, At]:
        binds = self.norm(key)["binds"]
        said = whether(True) if binds is None else ["or", *(["term", t, ACTOR] for t in binds)]
        return said, self.at(key)

    def of_act(self, key: str) -> tuple[Said, At]:
        return self.act(key, "kind"), self.at(key)

    def act(self, key: str, *kinds: str) -> Said:
        """The kind of act that a verb line names, and its places."""
        text = self.norm(key)
        kind = [["or", *(["word", ["case", "act", k], text["acts"]] for k in kinds)]]
        return [
            "and",
            *(kind if text["acts"] is not None else []),
            *(["word", p, [w]] for p, w in text["places"]),
        ]

    def lines(self, lines: list[Any], *texts: Text) -> Iterator[Said]:
        """The conditions of slots, and what of a text is not encoded."""
        yield from (line["that"] for line in lines)
        yield from (["lacks", text["unencoded"]] for text in texts if text["unencoded"])

    def filled(self, fill: Text, noun: str, at: At) -> Said:
        """What a determination says, by its own clock."""
        said = fill.get("with", {}).get(noun)
        return [
            "at",
            At(at.anchor, fill["zone"], at.bound),
            ["and", *([said] if said else []), *self.lines([], fill)],
        ]

    def of_says(self, key: str, place: str) -> tuple[Said, At]:
        text, fills, at = self.norm(key), self.fills(key), self.at(key, place)
        gone = [t for t in (text, *fills) if t["withdrawn"]]
        breached = (
            [v for aim in text["on"] for v in self.reached("penalises", aim)]
            if text["verb"] == "penalises"
            else []
        )
        breach = (
            [["or", *(["claim", "effective of the act", v] for v in breached)]]
            if text["verb"] == "penalises"
            else []
        )
        said = [
            "and",
            *self.lines(text["says"], text),
            *breach,
            *(self.filled(f, text["noun"], at) for f in fills),
        ]
        return (self.relied_on(gone[0], said) if gone else said), at

    def of_scope(self, key: str, place: str) -> tuple[Said, At]:
        text, fills = self.norm(key), self.fills(key)
        lines = [
            *text["except"],
            *(line for f in fills for line in f.get("except", {}).get(text["noun"], ())),
        ]
        gone = any(t["withdrawn"] for t in (text, *fills))
        return (whether(False) if gone else ["or", *self.lines(lines)]), self.at(key, place)

    def reach(self, key: str, place: str) -> list[Said]:
        return [["claim", "says", key, place], no(["claim", "scope", key, place])]

    def of_covered(self, key: str, place: str) -> tuple[Said, At]:
        """In force and its condition and scope hold, whoever acts and whatever licence exists."""
        return [
            "and",
            self.alive(key),
            self.act(key, "kind", "underlying_kind"),
            *self.reach(key, place),
        ], self.at(key)

    def of_engaged(self, key: str, place: str) -> tuple[Said, At]:
        """In force, binding the actor, of the act and its thing, and no exemption or override."""
        others = [s for s, verb in self.exceptions.get(key, {}).items() if verb != "authorises"]
        return [
            "and", self.alive(key), ["claim", "bound", key], ["claim", "act", key], *self.reach(key, place),
            *(no(["claim", "exception", s, key, place]) for s in others),
        ], self.at(key)  # fmt: skip

    def of_lifted(self, key: str, place: str) -> tuple[Said, At]:
        licences = [s for s, verb in self.exceptions.get(key, {}).items() if verb == "authorises"]
        held = [["claim", "licensed", key]] if self.norm(key)["verb"] == "prohibits" else []
        return ["or", *(["claim", "exception", s, key, place] for s in licences), *held], self.at(
            key
        )

    def of_effective(self, key: str, place: str) -> tuple[Said, At]:
        return [
            "and",
            ["claim", "engaged", key, place],
            no(["claim", "lifted", key, place]),
        ], self.at(key)

    def of_exception(self, source: str, target: str, place: str) -> tuple[Said, At]:
        """An effective exception, for the same thing, that no effective block takes back."""
        mine = self.variants[source]["text"]
        back = [
            k
            for k, texts, only in self.withdrawing
            if mine in texts and (not only or target in only)
        ]
        return [
            "and",
            self.for_it(source, target, place),
            *(no(self.for_it(b, target, place)) for b in back),
        ], self.at(target)

    def for_it(self, source: str, target: str, place: str) -> Said:
        """Of the thing itself; about another sort of thing, of every one of them."""
        mine = self.norm(source)
        if not mine["over"] or mine["list"] == self.norm(target)["list"]:
            return ["claim", "effective", source, place if mine["over"] else ""]
        return [
            "and",
            ["claim", "effective of the act", source],
            self.throughout("every", "effective", source),
        ]

    def throughout(self, how: str, kind: str, key: str) -> Said:
        return ["each", how, 0, "it", self.norm(key)["over"], ["asked", ["it"], kind, key]]

    def of_effective_of_the_act(self, key: str) -> tuple[Said, At]:
        some = self.throughout("some", "effective", key)
        parts = [self.alive(key), ["claim", "bound", key], ["claim", "act", key], some]
        return (
            ["and", *parts] if self.norm(key)["over"] else ["claim", "effective", key, ""]
        ), self.at(key)

    def of_covered_of_the_act(self, key: str) -> tuple[Said, At]:
        parts = [
            self.alive(key),
            self.act(key, "kind", "underlying_kind"),
            self.throughout("some", "covered", key),
        ]
        return (
            ["and", *parts] if self.norm(key)["over"] else ["claim", "covered", key, ""]
        ), self.at(key)

    def of_licensed(self, key: str) -> tuple[Said, At]:
        """A licence that somebody was given by name: valid at the time, the actor's, complied with."""
        at = self.at(key)
        when = {"fact": ["case", *at.anchor.split(".")]}
        since, until = ["licence", "valid_from"], ["licence", "valid_until"]
        return ["each", "some", 0, "licence", ["case", "licences_held"], [
            "and", ["or", *(["includes", ["licence", "lifts"], n] for n in self.variants[key]["names"])],
            ["time", since, "on or before", when, at.zone],
            ["or", ["none", until], ["time", until, "on or after", when, at.zone]],
            ["same", ["licence", "holder"], ACTOR], ["yes", ["licence", "conditions_met"]],
        ]], at  # fmt: skip

    def of_conflict(self, key: str, place: str) -> tuple[Said, At]:
        """A duty of the same regime demands what this forbids, and nothing displaces either."""
        text, acts = self.norm(key), set(self.norm(key)["acts"] or ())
        demanding = [
            (v, sorted(acts & set(self.norm(v)["demands"]))) for v, one in self.variants.items()
            if not one["fill"] and self.norm(v)["regime"] == text["regime"] and acts & set(self.norm(v)["demands"])
            and not self.displaced & {one["text"], self.variants[key]["text"]}
        ]  # fmt: skip
        return [
            "or",
            *(["and", self.for_it(v, key, place), ["word", KIND, a]] for v, a in demanding),
        ], self.at(key)

    # -- conditions that name other texts --------------------------------------------------------

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

    # -- terms, and who has them through owners --------------------------------------------------

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

    # -- a regime --------------------------------------------------------------------------------

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


WHOLE_SHARE = Span(Decimal(100), Decimal(100))


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
