"""A derivation in sentences: the steps of the interpreter, without the scaffolding of lowering.

The interpreter's tree names every definition that a provision was lowered to. A reader wants the
lines of the law: that it is in force, whom it binds, which act it names, its conditions, and what
could take the act out again. `Teller` turns the one into the other and loses no limb that decides.

`teller` knows what can be asked, and what the law was lowered to; `conditions`, `force` and
`owners` tell one sort of step each; `lines` is what they make.
"""

from sanctions_rules.render.derivation.lines import Line, Step
from sanctions_rules.render.derivation.teller import Teller

__all__ = ["Line", "Step", "Teller"]
