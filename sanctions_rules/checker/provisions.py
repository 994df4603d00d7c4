"""What follows for a provision: one rule for each kind of claim about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sanctions_rules.checker.conditions import At
from sanctions_rules.checker.texts import ACTOR, KIND, Said, Text, Texts, no, whether


class Provisions(Texts):
    """A provision, through the determination that fills it."""

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
        said = [
            "and",
            *self.lines(text["says"], text),
            *self.turned_on(text, place),
            *(self.filled(f, text["noun"], at) for f in fills),
        ]
        return (self.relied_on(gone[0], said) if gone else said), at

    def turned_on(self, text: Text, place: str) -> list[Said]:
        """Of what a penalty punishes, or a derogation could lift, one must be effective."""
        if text["verb"] == "penalises":
            return [["or", *(self.for_one(text, v, "") for v in self.aims(text, "penalises"))]]
        if text["menu"] == ["derogation"]:
            return [["or", *(self.for_one(text, v, place) for v in self.aims(text, "authorises"))]]
        return []

    def aims(self, text: Text, verb: str) -> list[str]:
        return [v for aim in text["on"] for v in self.reached(verb, aim)]

    def for_one(self, mine: Text, key: str, place: str) -> Said:
        """Of the same thing, if there is one and both go over the same list; else of the act."""
        if place and mine["list"] == self.norm(key)["list"]:
            return ["claim", "effective", key, place]
        return ["claim", "effective of the act", key]

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
            (v, sorted(acts & set(self.norm(v)["demands"]))) for v in self.demanding
            if self.norm(v)["regime"] == text["regime"] and acts & set(self.norm(v)["demands"])
            and not self.displaced & {self.variants[v]["text"], self.variants[key]["text"]}
        ]  # fmt: skip
        return [
            "or",
            *(["and", self.for_it(v, key, place), ["word", KIND, a]] for v, a in demanding),
        ], self.at(key)
