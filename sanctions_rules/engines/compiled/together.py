"""Norms that are often asked together as one function, in which what all of them ask is read once.

The words by which the index chose them are known there, so that nothing is asked about these; a
definition is written where it is used up to a larger size; and a `Message` is made when something
asks for it, which seldom happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sanctions_rules.core import Norm
from sanctions_rules.engines.compiled.norms import STATES, norm_lines
from sanctions_rules.engines.compiled.source import Emitter, Known

#: How many bits a norm has in the number that says how all of them stand.
BITS: Final = len(STATES)
#: The message in the source, or one of its three dicts that are at hand without it.
_MESSAGE: Final = re.compile(r"\bc\b(?:\.([dae])\b)?")


def source_of(
    norms: Iterable[Norm], known: Known, answers: Mapping[int, Any], e: Emitter, name: str
) -> str:
    """A function of facts that finds the answer for how these norms stand to them."""
    lines: list[str] = []
    code: list[str] = []
    with e.together(known):
        for number, norm in enumerate(norms):
            r = f"r{number}_"
            lines += [f"{r} = 0", *norm_lines(e, norm, r)]
            code.append(f"{r} << {number * BITS}" if number else r)
    text = "\n".join(f"    {line}" for line in lines)
    read: list[str] = []
    for reading in e.shared():  # a fact that something may stand for
        if text.count(reading) > 1:
            read.append(f"    h{len(read)}_ = {reading}\n")
            text = text.replace(reading, f"h{len(read) - 1}_")
    body = _MESSAGE.sub(lambda m: m[1] or "(c or (c := Message(f)))", "".join(read) + text)
    return (
        f"def {name}(f, d, a):\n"
        f"    e = a.get('events') or NO_FACTS\n    c = None\n{body}\n"
        f"    return {e.constant(answers, 'A')}[{' | '.join(code) or 0}]\n"
    )


def apart(code: int) -> Iterator[tuple[int, int]]:
    """The norms that stand in some way, by their place, and how."""
    place = 0
    while code:
        if how := code & (1 << BITS) - 1:
            yield place, how
        code >>= BITS
        place += 1
