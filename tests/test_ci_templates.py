"""What `leadcard new --ci` writes, run command by command on a change of a project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.command_line import leadcard
from tests.comment_server import Comments, comment_server
from tests.repository import commit_all, git

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("git") and shutil.which("bash")), reason="no git or bash"),
]
RULE = "  employees 50-500: +15\n"
MORE = RULE + "  company is Hooli: +1\n"
SAMPLE = """
  - name: somebody from Hooli
    lead: {company: Hooli, created: 20d ago}
    expect: {score: 1}
"""


class Project:
    """A repository with a project on `main`, a change of it on `change`, and a checkout of both."""

    def __init__(self, folder: Path, ci: str) -> None:
        self.folder = folder / "work"
        origin = folder / "origin"
        assert leadcard("new", "origin", "--ci", ci, folder=folder).code == 0
        git(origin, "init", "-q", "-b", "main")
        self.base = commit_all(origin, "one")
        git(origin, "checkout", "-q", "-b", "change")
        _replace(origin / "inbound.scorecard", RULE, MORE)
        with (origin / "inbound.leads.yaml").open("a", encoding="utf-8") as samples:
            samples.write(SAMPLE)
        commit_all(origin, "two")
        git(folder, "clone", "-q", "--branch", "change", str(origin), "work")
        self.environment = self._environment(folder / "bin")

    def _environment(self, shims: Path) -> dict[str, str]:
        """The command that is tested comes first, and `pip` installs it again in no time."""
        shims.mkdir()
        for name, text in (
            ("pip", 'test "$*" = "install leadcard"'),
            ("leadcard", f'exec "{sys.executable}" -m leadcard "$@"'),
            ("python", f'exec "{sys.executable}" "$@"'),
        ):
            (shims / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            (shims / name).chmod(0o755)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PYTEST_"))}
        return kept | {"PATH": f"{shims}:{os.environ['PATH']}"}

    def run(self, script: str, more: dict[str, str], *shell: str) -> int:
        """The exit code of a script in the checkout."""
        done = subprocess.run(
            [*shell, script],
            cwd=self.folder,
            env=self.environment | more,
            capture_output=True,
            text=True,
            check=False,
        )
        print(f"$ {script}\n{done.stdout}{done.stderr}")
        return done.returncode

    def spoil(self) -> None:
        """A card that is not as its samples expect, has a warning, and no plain layout."""
        _replace(self.folder / "inbound.scorecard", RULE, RULE.replace("+15", "+0  "))

    def samples(self) -> int:
        """How many sample leads the report for the server holds."""
        return len(list(ElementTree.parse(self.folder / "junit.xml").getroot().iter("testcase")))


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- GitHub ---------------------------------------------------------------------------------------


class GitHub:
    """Runs the steps of the workflow as a pull request does: on the merge of base and change."""

    def __init__(self, project: Project, comments: Comments) -> None:
        self.project = project
        git(project.folder, "checkout", "-q", "--detach", "origin/main")
        git(project.folder, "merge", "-q", "--no-ff", "--no-edit", "origin/change")
        self.values = {
            "github.token": "secret",
            "github.api_url": comments.address,
            "github.repository": "us/cards",
            "github.event.number": "7",
        }
        place = project.folder / ".github" / "workflows" / "scorecards.yml"
        self.workflow: dict[Any, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))

    def run(self) -> dict[str, int]:
        """The exit code of each command by the name of its step."""
        codes = {}
        for step in self.workflow["jobs"]["scorecards"]["steps"]:
            if "run" not in step:
                assert re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step["uses"])
                continue
            output, summary = (self.project.folder.parent / n for n in ("output", "summary"))
            output.write_text("", encoding="utf-8")
            more = {name: self._said(text) for name, text in step.get("env", {}).items()}
            more |= {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
            assert "${{" not in step["run"], "what others write never becomes a part of a script"
            shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
            codes[step["name"]] = self.project.run(step["run"], more, *shell)
            for line in output.read_text(encoding="utf-8").splitlines():
                name, _, value = line.partition("=")
                self.values[f"steps.{step['id']}.outputs.{name}"] = value
        return codes

    def _said(self, text: str) -> str:
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: self.values[found[1]], text)


def test_github_checks_tests_and_tells_what_changes(tmp_path: Path) -> None:
    project = Project(tmp_path, "github")
    with comment_server() as comments:
        server = GitHub(project, comments)
        assert set(server.workflow["jobs"]) == {"scorecards"}
        assert set(server.workflow[True]) == {"push", "pull_request"}
        assert set(server.run().values()) == {0}
        assert project.samples() == 11
        assert (project.folder / "leadcard.sarif").stat().st_size > 0
        assert comments.changes == ["POST /repos/us/cards/issues/7/comments"]
        assert comments.headers[0]["Authorization"] == "Bearer secret"
        assert comments.texts[-1].startswith("<!-- leadcard diff -->\n## What changes")
        assert "company is Hooli" in comments.texts[-1]
        assert "1 get another score" in comments.texts[-1]
        assert "company is Hooli" in (tmp_path / "summary").read_text(encoding="utf-8")
        git(project.folder, "checkout", "-q", "origin/main")
        git(project.folder, "commit", "-q", "--allow-empty", "-m", "nothing")
        assert set(server.run().values()) == {0}
        assert comments.changes[1:] == [f"PATCH /comments/{len(comments.texts) - 1}"]
        assert "1 scorecard without a change" in comments.texts[-1]
        assert (project.folder / "build" / "manifest.json").is_file()


def test_github_fails_where_something_is_wrong(tmp_path: Path) -> None:
    project = Project(tmp_path, "github")
    with comment_server() as comments:
        server = GitHub(project, comments)
        project.spoil()
        failed = [name for name, code in server.run().items() if code]
        assert failed == ["Check", "Layout", "Sample leads", "Build"]
        assert len(comments.changes) == 1
        _replace(project.folder / "inbound.scorecard", "visited pricing:", "visted pricing:")
        failed = [name for name, code in server.run().items() if code]
        assert "What the change does" in failed


def test_github_leaves_requests_without_a_change_alone(tmp_path: Path) -> None:
    project = Project(tmp_path, "github")
    with comment_server() as comments:
        server = GitHub(project, comments)
        git(project.folder, "checkout", "-q", "origin/main")
        git(project.folder, "commit", "-q", "--allow-empty", "-m", "nothing")
        assert set(server.run().values()) == {0}
        assert comments.changes == []


# --- GitLab ---------------------------------------------------------------------------------------


def gitlab(project: Project, more: dict[str, str]) -> dict[str, int]:
    """The exit code of each job of a merge request."""
    place = project.folder / ".gitlab-ci.yml"
    jobs: dict[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
    codes = {}
    for name, job in jobs.items():
        if name.startswith("."):
            continue
        whole = jobs[job["extends"]] | job
        script = "\n".join([*whole["before_script"], *whole["script"]])
        variables = {key: str(value) for key, value in whole.get("variables", {}).items()}
        codes[name] = project.run(script, variables | more, "bash", "-eo", "pipefail", "-c")
    return codes


def test_gitlab_checks_tests_and_tells_what_changes(tmp_path: Path) -> None:
    project = Project(tmp_path, "gitlab")
    with comment_server() as notes:
        settings = {
            "CI_API_V4_URL": notes.address,
            "CI_PROJECT_ID": "12",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": project.base,
        }
        assert set(gitlab(project, settings).values()) == {0}
        assert project.samples() == 11
        assert notes.changes == []
        settings["LEADCARD_TOKEN"] = "secret"
        for _ in range(2):
            assert set(gitlab(project, settings).values()) == {0}
        address = "/projects/12/merge_requests/7/notes"
        assert notes.changes == [f"POST {address}", f"PUT {address}/{len(notes.texts) - 1}"]
        assert "company is Hooli" in notes.texts[-1]
        project.spoil()
        failed = [name for name, code in gitlab(project, settings).items() if code]
        assert failed == ["scorecards check", "scorecards test", "scorecards build"]


# --- Jenkins --------------------------------------------------------------------------------------


def jenkins(project: Project, **more: str) -> dict[str, int]:
    """The exit code of each command; the agent's own virtual environment is not made."""
    text = (project.folder / "Jenkinsfile").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")
    commands = re.findall(r"^ +sh '(.*)'$", text, re.MULTILINE)
    assert commands.pop(0) == "python3 -m venv .leadcard"
    assert len(commands) == text.count("sh '") - 1
    return {command: project.run(command, more, "sh", "-xec") for command in commands}


def test_jenkins_checks_tests_and_tells_what_changes(tmp_path: Path) -> None:
    project = Project(tmp_path, "jenkins")
    assert set(jenkins(project, CHANGE_TARGET="main").values()) == {0}
    assert project.samples() == 11
    report = (project.folder / "change.html").read_text(encoding="utf-8")
    assert "company is Hooli" in report
    assert (project.folder / "leadcard.sarif").stat().st_size > 0
    project.spoil()
    failed = [name for name, code in jenkins(project, CHANGE_TARGET="main").items() if code]
    assert failed == [
        "leadcard check --strict",
        "leadcard fmt --check",
        "leadcard test --junit junit.xml",
        "leadcard build",
    ]


# --- the action of this repository ----------------------------------------------------------------

ACTION = Path(__file__).resolve().parent.parent / "action.yml"


def _action(project: Project, **inputs: str) -> dict[str, int]:
    """The exit code of each command of the action by the name of its step."""
    said: dict[str, Any] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    given = {name: one.get("default", "") for name, one in said["inputs"].items()} | inputs
    codes = {}
    for step in said["runs"]["steps"]:
        if "run" not in step or step["name"] == "Install":
            continue
        assert "${{" not in step["run"], "what others write never becomes a part of a script"
        assert step["working-directory"] == "${{ inputs.path }}"
        wanted = re.fullmatch(r".*inputs\.(\w+) == 'true'.*", step.get("if", ""))
        if wanted and given[wanted[1]] != "true":
            continue
        values = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], text)
            for name, text in step.get("env", {}).items()
        }
        shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
        codes[step["name"]] = project.run(step["run"], values, *shell)
    return codes


def test_the_action_checks_tests_and_builds(tmp_path: Path) -> None:
    project = Project(tmp_path, "none")
    codes = _action(project, engines="python,duckdb,sqlite")
    assert codes == dict.fromkeys(("Check", "Layout", "Sample leads"), 0)
    assert project.samples() == 11
    assert not (project.folder / "build").exists()
    assert _action(project, build="true")["Build"] == 0
    assert (project.folder / "build" / "manifest.json").is_file()
    assert _action(project, **{"min-coverage": "100"})["Sample leads"] == 1
    project.spoil()
    codes = _action(project, build="true", strict="false")
    assert [name for name, code in codes.items() if code] == ["Layout", "Sample leads", "Build"]


@pytest.mark.parametrize(
    ("ci", "place", "schema"),
    [
        ("github", ".github/workflows/scorecards.yml", "github-workflows"),
        ("gitlab", ".gitlab-ci.yml", "gitlab-ci"),
        ("none", str(ACTION), "github-actions"),
    ],
)
def test_what_servers_read_fits_their_schemas(
    tmp_path: Path, ci: str, place: str, schema: str
) -> None:
    pytest.importorskip("check_jsonschema")
    assert leadcard("new", "x", "--ci", ci, folder=tmp_path).code == 0
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", place],
        cwd=tmp_path / "x",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# --- without data ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ci", "place"),
    [("github", ".github/workflows/scorecards.yml"), ("gitlab", ".gitlab-ci.yml")],
)
def test_a_project_whose_data_is_elsewhere_tells_changes_in_words(
    tmp_path: Path, ci: str, place: str
) -> None:
    assert leadcard("new", "x", "--preset", "hubspot", "--ci", ci, folder=tmp_path).code == 0
    text = (tmp_path / "x" / place).read_text(encoding="utf-8")
    assert "--words-only" in text
    assert "@" not in text.replace("@v", "")


def test_the_pipeline_alone_comes_beside_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "inbound.scorecard").write_text("title is CEO: +5\n", encoding="utf-8")
    done = leadcard("new", ".", "--ci", "jenkins", "--only-ci", folder=tmp_path)
    assert (done.code, done.stderr) == (0, "wrote Jenkinsfile\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Jenkinsfile", "inbound.scorecard"]
    assert "--words-only" in (tmp_path / "Jenkinsfile").read_text(encoding="utf-8")
    assert leadcard("new", ".", "--ci", "jenkins", "--only-ci", folder=tmp_path).code == 1
    assert leadcard("new", ".", "--ci", "none", "--only-ci", folder=tmp_path).code == 2
