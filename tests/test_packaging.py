"""The built package: what it carries, and that it works away from the checkout.

Builds sdist and wheel once, installs the wheel into an empty environment and decides an
example there: first without the extra `cli`, then with it. There it starts a project, too.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import zipfile
from configparser import ConfigParser
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORE = {"pydantic", "lark", "tzdata"}

if importlib.util.find_spec("build") is None:
    pytest.skip("needs the package `build` (extra dev)", allow_module_level=True)


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    # The checkout must not be reachable from outside: no PYTHONPATH, another folder. UTF-8,
    # because the text holds § and a pipe on some systems is not UTF-8 by itself.
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env | {"PYTHONUTF8": "1", "SANCTIONS_RULES_CACHE": "off"},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def run_well(*command: str | Path, cwd: Path) -> str:
    done = run(*command, cwd=cwd)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and with the wheel that was built from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    # With hatchling at hand the build needs no environment of its own, and no network.
    isolation = [] if importlib.util.find_spec("hatchling") is None else ["--no-isolation"]
    run_well(sys.executable, "-m", "build", *isolation, "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("sanctions_rules-*.whl")
    return path


@pytest.fixture(scope="module")
def carried(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def metadata(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (member,) = (n for n in archive.namelist() if n.endswith(f".dist-info/{name}"))
        return archive.read(member).decode("utf-8")


def files(folder: str, *suffixes: str) -> set[str]:
    """Files of the checkout below `folder`, relative to the checkout."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in suffixes
    }


def test_wheel_carries_the_grammar(carried: set[str]) -> None:
    grammar = files("grammar", ".lark")
    assert "grammar/sanctions.lark" in grammar
    assert {f"sanctions_rules/{name}" for name in grammar} <= carried


def test_wheel_carries_the_law(carried: set[str]) -> None:
    law = files("sanctions_rules/rulebooks", ".rules", ".csv", ".toml")
    assert any(name.endswith(".rules") for name in law)
    assert law <= carried


def test_wheel_carries_code_and_the_mark_of_types(carried: set[str]) -> None:
    assert "sanctions_rules/py.typed" in carried
    assert files("sanctions_rules", ".py") <= carried


def test_wheel_carries_nothing_else(carried: set[str]) -> None:
    tops = {name.split("/")[0] for name in carried}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"sanctions_rules"}
    assert not [name for name in carried if name.endswith((".pyc", ".scenarios.toml"))]


def test_core_has_three_dependencies(wheel: Path) -> None:
    required = Parser().parsestr(metadata(wheel, "METADATA")).get_all("Requires-Dist") or []
    core = {re.split(r"[^\w.-]", line)[0] for line in required if "extra ==" not in line}
    assert core == CORE


def test_entry_points(wheel: Path) -> None:
    points = ConfigParser()
    points.read_string(metadata(wheel, "entry_points.txt"))
    assert points["console_scripts"]["sanctions-rules"] == "sanctions_rules.cli:main"
    assert points["pytest11"]["sanctions_rules"] == "sanctions_rules.pytest_plugin"


def test_sdist_carries_what_a_packager_needs(dist: Path) -> None:
    (path,) = dist.glob("sanctions_rules-*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    wanted = (
        files("tests", ".py", ".toml", ".rules")
        | files("examples", ".py", ".toml")
        | files("seeds", ".toml", ".md", ".py")
        | files("docs", ".md")
        | files("grammar", ".lark")
        | {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "Makefile"}
    )
    assert wanted <= names, sorted(wanted - names)


def test_installed_wheel_decides_an_example_and_starts_a_project(
    wheel: Path, tmp_path: Path
) -> None:
    examples = sorted((ROOT / "examples").glob("*/case.toml"))
    assert examples, "there is no examples/*/case.toml"
    away = tmp_path / "away"
    away.mkdir()
    case = shutil.copy(examples[0], away / "case.toml")

    run_well(sys.executable, "-m", "venv", tmp_path / "venv", cwd=away)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")

    # Core only: the library is there, the command line says what it lacks.
    run_well(*install, wheel, cwd=away)
    where = run_well(
        python, "-c", "import sanctions_rules as sr; sr.load('us'); print(sr.__file__)", cwd=away
    )
    assert Path(where.strip()).is_relative_to(tmp_path / "venv")
    bare = run(python, "-m", "sanctions_rules", "decide", case, cwd=away)
    assert bare.returncode != 0
    assert "sanctions-rules[cli]" in bare.stderr
    assert "Traceback" not in bare.stderr

    run_well(*install, f"{wheel}[cli]", cwd=away)
    decided = run(python, "-m", "sanctions_rules", "decide", case, cwd=away)
    assert decided.returncode in (0, 1, 4), f"{decided.stdout}\n{decided.stderr}"
    assert re.search("PROHIBITED|AUTHORISED|UNDETERMINED", decided.stdout), decided.stdout

    new_project_passes_its_workflow(python.parent, away)


def new_project_passes_its_workflow(scripts: Path, folder: Path) -> None:
    """What `new` makes passes each command of its own workflow, where nothing but the wheel is."""
    run_well(scripts / "sanctions-rules", "new", "mine", cwd=folder)
    workflow = (folder / "mine" / ".github" / "workflows" / "rules.yml").read_text("utf-8")
    steps = [shlex.split(line) for line in re.findall(r"^ +run: (.+)$", workflow, re.M)]
    assert steps[0] == ["python", "-m", "pip", "install", "-r", "requirements.txt"]
    for step in steps[1:]:
        run_well(scripts / step[0], *step[1:], cwd=folder / "mine")
    ran = {step[1] for step in steps[1:]}
    assert {"check", "fmt", "lint", "test", "coverage", "mutate"} <= ran
