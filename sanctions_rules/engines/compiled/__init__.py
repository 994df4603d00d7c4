"""The engine that decides by default: generated Python source on two rails."""

from sanctions_rules.engines.compiled.facts import Facts, read_facts, trusted
from sanctions_rules.engines.compiled.program import VERSION, CompiledProgram

__all__ = ["VERSION", "CompiledProgram", "Facts", "read_facts", "trusted"]
