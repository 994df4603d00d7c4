"""How each command can show what it found: names that the options are made of."""

from __future__ import annotations

from enum import Enum


class Format(Enum):
    """How a decision is shown."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    RECORD = "record"
    CERTIFICATE = "certificate"


class CheckFormat(Enum):
    """How the problems of rules are shown."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


class RunFormat(Enum):
    """How the results of scenarios are shown."""

    TEXT = "text"
    JUNIT = "junit"


class CoverageFormat(Enum):
    """How coverage is shown."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    COBERTURA = "cobertura"
    LCOV = "lcov"


class CoverageLevel(Enum):
    """What coverage is counted of."""

    TEXTS = "texts"
    LINES = "lines"
    TIMES = "times"


class CompareFormat(Enum):
    """How a comparison is shown."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


class AskFormat(Enum):
    """How the questions are shown."""

    TEXT = "text"
    JSON = "json"


class DiffFormat(Enum):
    """How what changes is shown."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class MutateFormat(Enum):
    """How what became of mutants is shown."""

    TEXT = "text"
    JSON = "json"


class BatchFormat(Enum):
    """How the answers are written."""

    PARQUET = "parquet"
    CSV = "csv"
    ARROW = "arrow"


class SummaryFormat(Enum):
    """How the summary is shown."""

    TEXT = "text"
    JSON = "json"
