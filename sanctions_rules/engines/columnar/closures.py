"""Who has a status through owners, in every row at once where nobody holds anything.

Without stakes, and without a named person in control, only what is not known can matter: an open
list may hide an owner, and whoever may control a party may have the status. That has a closed
form. Rows in which somebody holds something are set aside, and closed by `ownership.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanctions_rules.core import Closure
from sanctions_rules.engines.columnar.arrow import Vector, np
from sanctions_rules.engines.columnar.plan import Node
from sanctions_rules.engines.columnar.spaces import CASE
from sanctions_rules.engines.columnar.vectors import Pair, both, either, full, no, pair
from sanctions_rules.engines.interpreter import CONTROLLED_BY, OTHER_MEANS

if TYPE_CHECKING:
    from sanctions_rules.engines.columnar.run import Run


def closed(run: Run, node: Node) -> Pair:
    """The status of each party by a closure; open for what is no party of the case itself."""
    closure = run.plan.closures[node.name]
    frame = run.home("parties")
    if not frame.n:
        return pair(False, False)
    seed, guard = (run.truth(part, frame) for part in node.parts)
    stakes = run.facts.fact(CASE, ("ownership",))
    rows = frame.row
    complete = full(stakes.complete, run.rows)[rows]
    reached = both(guard.may, _may_be_reached(run, closure, complete))
    if run.facts.spaces["ownership"].n:
        run.aside(run.case, np.diff(stakes.offsets) > 0)
    if closure.direct:
        return pair(False, reached)
    always = any(not way.means and way.percent <= 0 and not way.strict for way in closure.ways)
    must = either(seed.must, guard.must) if always else seed.must
    return pair(must, either(seed.may, reached))


def _may_be_reached(run: Run, closure: Closure, complete: Any) -> Vector:
    """Whom somebody unnamed may own, or control, so that the status passes."""
    found: Vector = False
    for way in closure.ways:
        if way.means:
            found = either(found, no(complete))
            if OTHER_MEANS in way.means:
                held = run.facts.fact("parties", (CONTROLLED_BY,))
                found = either(found, no(held.complete))
                run.aside(run.home("parties"), np.diff(held.offsets) > 0)
        elif way.percent <= 0 and not way.strict:
            found = True
        elif way.percent < 100 or not way.strict:
            found = either(found, no(complete))
    return found
