"""A question about few norms as one function, in which what all of them ask is read once.

Which norms a message may concern is one number, a bit for each, found by its words. A definition is
written where it is used up to a larger size than elsewhere, and a `Message` is made when something
asks for it, which seldom happens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from sanctions_rules.core import Norm
from sanctions_rules.engines.compiled.facts import Plain
from sanctions_rules.engines.compiled.index import COMBINATIONS, Index
from sanctions_rules.engines.compiled.norms import STATES, norm_lines
from sanctions_rules.engines.compiled.source import Emitter, read_once

#: How many bits a norm has in the number that says how all of them stand.
BITS: Final = len(STATES)
#: The message in the source, or one of its three dicts that are at hand without it.
_MESSAGE: Final = re.compile(r"\bc\b(?:\.([dae])\b)?")

_HEAD: Final = """\
def {name}(f):
    d = f.data
    a = d.get('act') or NO_FACTS
    e = a.get('events') or NO_FACTS
    c = None
    w = {find}({key})
    if w is None: w = {begin}(d)
    r = 0
"""


def source_of(
    norms: Sequence[Norm], index: Index, answers: Mapping[int, Any], e: Emitter, name: str
) -> str:
    """A function of facts that finds the answer for how these norms stand to them."""
    lines: list[str] = []
    with e.together():
        for number, norm in enumerate(norms):
            asked = norm_lines(e, norm, number * BITS)
            lines += [f"if w & {1 << number}:", *(f"    {line}" for line in asked)]
    readings = (*(f"c.a.get({place[1]!r})" for place in index.places if place[0] == "act"), *e.shared())
    body = "\n".join(f"    {line}" for line in read_once(e, readings, lines))
    masks: dict[tuple[Any, ...], int] = {}
    head = _HEAD.format(
        name=name, key=index.key_source, find=e.constant(masks.get, "B"),
        begin=e.constant(_marking(index, masks), "B"),
    )  # fmt: skip
    body = _MESSAGE.sub(lambda m: m[1] or "(c or (c := Message(f)))", body)
    return f"{head}{body}\n    return {e.constant(answers, 'A')}[r]\n"


def _marking(index: Index, masks: dict[tuple[Any, ...], int]) -> Callable[[Plain], int]:
    """What finds the norms that a message may concern, and remembers them by its words."""

    def begin(data: Plain) -> int:
        key = index.key(data)
        if len(masks) >= COMBINATIONS:
            masks.clear()
        found = masks[key] = sum(1 << number for number in index.numbers(key))
        return found

    return begin


def apart(code: int) -> Iterator[tuple[int, int]]:
    """The norms that stand in some way, by their place, and how."""
    place = 0
    while code:
        if how := code & (1 << BITS) - 1:
            yield place, how
        code >>= BITS
        place += 1
