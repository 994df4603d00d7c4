"""A project that `new` starts: what is in it, and that all its own commands pass on it.

`test_packaging.py` does the same in an environment that has nothing but the wheel, and runs `mutate` too.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from documents import ROOT, commands, ours, split

from sanctions_rules import __version__
from sanctions_rules.cli.starting import project_files


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "mine"
    assert ours(["new", str(folder)]).code == 0
    return folder


def yaml(path: Path) -> Any:
    ruamel = pytest.importorskip("ruamel.yaml", reason="needs the extra yaml")
    return ruamel.YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def steps(project: Path) -> list[list[str]]:
    """The commands of the workflow, in its order."""
    jobs = yaml(project / ".github" / "workflows" / "rules.yml")["jobs"]
    return [shlex.split(s["run"]) for job in jobs.values() for s in job["steps"] if "run" in s]


def test_it_holds_rules_scenarios_hooks_and_a_workflow(project: Path) -> None:
    made = {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()}
    assert made == {path for path, _ in project_files()}
    assert made >= {
        "README.md", "requirements.txt", "rules/example.rules", "scenarios/example.scenarios.toml",
        ".pre-commit-config.yaml", ".github/workflows/rules.yml",
    }  # fmt: skip
    assert not [path for path in made if "{{" in (project / path).read_text("utf-8")]
    assert (project / "README.md").read_text("utf-8").startswith("# mine\n")
    assert (project / "requirements.txt").read_text(
        "utf-8"
    ) == f"sanctions-rules[cli]>={__version__}\n"


def test_every_command_of_its_workflow_passes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    ran: list[str] = []
    for words in steps(project):
        if words[0] != "sanctions-rules" or words[1] == "mutate":  # test_packaging runs it
            continue
        done = ours(words[1:])
        assert done.code == 0, f"{shlex.join(words)}\n{done.printed}"
        ran.append(words[1])
    assert ran[:1] == ["check"] and {"test", "coverage"} <= set(ran)


def test_its_readme_says_what_the_workflow_runs(project: Path) -> None:
    (block,) = split((project / "README.md").read_text("utf-8"))[0]
    said = [words for words, _ in commands(block)]
    plain = [[w for w in words if w not in ("--format", "github")] for words in steps(project)]
    assert said == plain


def test_its_hooks_are_commands_of_the_workflow(project: Path) -> None:
    (local,) = yaml(project / ".pre-commit-config.yaml")["repos"]
    run = [" ".join(words) for words in steps(project)]
    for hook in local["hooks"]:
        assert hook["additional_dependencies"] == [f"sanctions-rules[cli]>={__version__}"]
        assert any(step.replace(" --check", "").startswith(hook["entry"]) for step in run), hook[
            "entry"
        ]
    assert [hook["id"] for hook in local["hooks"]] == ["check", "fmt", "lint"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", "utf-8")
    done = ours(["new", str(tmp_path)])
    assert done.code == 2 and "there is something in" in done.printed
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert ours(["new", str(tmp_path)]).code == 0
    assert (tmp_path / "rules" / "example.rules").is_file()


# -- hooks for other repositories ------------------------------------------------------------------


def test_the_hooks_of_this_repository_install_what_the_command_line_needs() -> None:
    hooks = yaml(ROOT / ".pre-commit-hooks.yaml")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    assert [hook["id"] for hook in hooks] == ["check", "fmt", "lint"]
    for hook in hooks:
        assert hook["language"] == "python"
        assert hook["additional_dependencies"] == extras["cli"]
        assert hook["entry"] == f"sanctions-rules {hook['id']}"
        assert re.search(hook["files"], "rules/example.rules")


def test_each_hook_passes_on_a_new_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    for hook in yaml(ROOT / ".pre-commit-hooks.yaml"):
        words = [*shlex.split(hook["entry"]), *hook.get("args", ()), "--with", "us"]
        if hook.get("pass_filenames", True):
            words = [*words[:2], "rules/example.rules"]
        done = ours(words[1:])
        assert done.code == 0, f"{shlex.join(words)}\n{done.printed}"
