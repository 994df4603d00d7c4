"""Mutation testing of rules: change one place of the law, and some scenario must notice.

A mutant is one block with one small change, such as an encoder or a legislator may make by mistake.
It is killed when a scenario no longer finds what it expects, refused when the rulebook with it does
not load, and else it survives: then nothing written down says that the law is not so.
"""

from sanctions_rules.author.mutate.mutants import Mutant, mutants_of
from sanctions_rules.author.mutate.operators import OPERATORS

__all__ = ["OPERATORS", "Mutant", "mutants_of"]
