"""Which ways the law was seen to go over a set of scenarios: by text, by line, and by time."""

from sanctions_rules.author.coverage.model import Count, Covered, Level, Line, Way, count
from sanctions_rules.author.coverage.texts import coverage

__all__ = ["Count", "Covered", "Level", "Line", "Way", "count", "coverage"]
