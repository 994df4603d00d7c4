"""Texts of the resolved rulebook: what acts on what, and when a text is in force.

Nothing but the standard library. A claim names its kind and what it is about; its rule is a
condition over facts and other claims, and the step of the claim must show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sanctions_rules.checker.conditions import At, Conditions
from sanctions_rules.checker.values import FOREVER, UNKNOWN, instants, known, within

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


class Texts(Conditions):
    """The texts of a rulebook. `readings`: which reading of each point is followed."""

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
    def demanding(self) -> list[str]:
        """The duties to do something."""
        return [
            k for k, one in self.variants.items() if not one["fill"] and self.norm(k)["demands"]
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
