"""A question about few norms as one function, in which what all of them ask is read once.

Which norms a message may concern is one number, a bit for each, found by its words. A definition is
written where it is used up to a larger size than elsewhere, and a `Message` is made when something
asks for it, which seldom happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sanctions_rules.core import Norm
from sanctions_rules.engines.compiled.index import COMBINATIONS, Index, headings
from sanctions_rules.engines.compiled.norms import STATES, norm_lines
from sanctions_rules.engines.compiled.runtime import Memo
from sanctions_rules.engines.compiled.source import Emitter, read_once

#: How many bits a norm has in the number that says how all of them stand.
BITS: Final = len(STATES)
#: How many norms are passed over together where a message concerns none of them.
GROUP: Final = 4
#: The message in the source; one of its dicts, which is at hand without it; a fact that is
#: remembered there, which is not worth it where each is read once.
_MESSAGE: Final = re.compile(r"\bc\b(?:\.([dae])\b|\.r\[(\w+)\])?")
_MADE: Final = "(c or (c := Message(f)))"

_HEAD: Final = """\
def {name}(f):
    d = f.data
    a = d.get('act') or NO_FACTS
    e = a.get('events') or NO_FACTS
    c = None
    r = 0
"""


def source_of(
    norms: Sequence[Norm], index: Index, answers: Mapping[int, Any], e: Emitter, name: str
) -> str:
    """A function of facts that finds the answer for how these norms stand to them."""
    concerned = Memo(lambda key: sum(1 << n for n in index.numbers(key)), COMBINATIONS)
    e.names["headings"] = headings
    lines = [f"w = {e.constant(concerned, 'A')}[{index.key_source}]"]
    with e.together():
        for number, norm in enumerate(norms):
            asked = norm_lines(e, norm, number * BITS)
            if number % GROUP == 0:
                lines.append(f"if w & {((1 << GROUP) - 1) << number}:")
            lines += [f"    if w & {1 << number}:", *(f"        {line}" for line in asked)]
    words = [f"c.a.get({place[1]!r})" for place in index.places if place[0] == "act"]
    lists = dict.fromkeys(e.value(norm.collection, {}) for norm in norms if norm.collection)
    body = "\n".join(f"    {line}" for line in read_once(e, (*words, *lists, *e.shared()), lines))
    body = _MESSAGE.sub(lambda m: m[1] or (f"{m[2]}({_MADE})" if m[2] else _MADE), body)
    return f"{_HEAD.format(name=name)}{body}\n    return {e.constant(answers, 'A')}[r]\n"


def apart(code: int) -> Iterator[tuple[int, int]]:
    """The norms that stand in some way, by their place, and how."""
    place = 0
    while code:
        if how := code & (1 << BITS) - 1:
            yield place, how
        code >>= BITS
        place += 1
