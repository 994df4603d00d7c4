"""Sanctions law as typed, dated, three-valued rules: a machine runs them, a lawyer reads them.

    import sanctions_rules as sr

    law = sr.load("us")
    decision = law.decide(sr.read_case("case.toml"))
    print(decision["us"].outcome)
    print(decision.explain())

Each name is imported when it is first used, so that `import sanctions_rules` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sanctions_rules import batch
    from sanctions_rules.adapters.iso20022 import read_message
    from sanctions_rules.adapters.owners import with_owners
    from sanctions_rules.adapters.reading import read_lists
    from sanctions_rules.adapters.screening import screen
    from sanctions_rules.certificates import Certificate, verify
    from sanctions_rules.checker.checking import Refused
    from sanctions_rules.decision import Outcome
    from sanctions_rules.diagnostics import FactsError, RulebookError
    from sanctions_rules.engines.compiled import Facts, read_facts, trusted
    from sanctions_rules.facts import Case, Money, Range
    from sanctions_rules.language.layout import format_rules
    from sanctions_rules.ownership_tables import owned
    from sanctions_rules.read import read_case
    from sanctions_rules.rulebooks import Law, load, load_path
    from sanctions_rules.rulebooks.explained import ExplainedDecision as Decision
    from sanctions_rules.values import NOT_APPLICABLE

__version__: Final = "0.1.0"

__all__ = [
    "load", "load_path", "read_case", "read_facts", "trusted",
    "read_lists", "read_message", "screen", "with_owners",
    "Case", "Facts", "Money", "Range", "NOT_APPLICABLE",
    "Law", "Decision", "Outcome",
    "owned", "batch", "format_rules",
    "verify", "Certificate", "Refused",
    "RulebookError", "FactsError",
    "__version__",
]  # fmt: skip

#: Public name → the room that it lives in, and its name there.
_HOMES: Final = {
    "load": ("rulebooks", "load"),
    "load_path": ("rulebooks", "load_path"),
    "read_case": ("read", "read_case"),
    "read_facts": ("engines.compiled", "read_facts"),
    "trusted": ("engines.compiled", "trusted"),
    "Facts": ("engines.compiled", "Facts"),
    "read_lists": ("adapters.reading", "read_lists"),
    "read_message": ("adapters.iso20022", "read_message"),
    "screen": ("adapters.screening", "screen"),
    "with_owners": ("adapters.owners", "with_owners"),
    "Case": ("facts", "Case"),
    "Money": ("facts", "Money"),
    "Range": ("facts", "Range"),
    "NOT_APPLICABLE": ("values", "NOT_APPLICABLE"),
    "Law": ("rulebooks", "Law"),
    "Decision": ("rulebooks.explained", "ExplainedDecision"),
    "Outcome": ("decision", "Outcome"),
    "format_rules": ("language.layout", "format_rules"),
    "owned": ("ownership_tables", "owned"),
    "verify": ("certificates", "verify"),
    "Certificate": ("checker.checking", "Certificate"),
    "Refused": ("checker.checking", "Refused"),
    "RulebookError": ("diagnostics", "RulebookError"),
    "FactsError": ("diagnostics", "FactsError"),
}


def __getattr__(name: str) -> Any:
    if name == "batch":
        return import_module(f"{__name__}.batch")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home[0]}"), home[1])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, "batch"})
