"""Sample leads through the engines: what passes, what differs, and how it is told."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from leadcard.compiler.backends.sql_facts import Unsupported
from leadcard.compiler.pipeline import Checked, check_file
from leadcard.dsl.diagnostics import Diagnostic
from leadcard.dsl.read import read_source
from leadcard.runtime.harness.compare import disagreements, number, shown, signed
from leadcard.runtime.harness.engines import ENGINES, Outcomes, run_duckdb, run_python
from leadcard.runtime.harness.outcome import Outcome, Reason
from leadcard.runtime.harness.read_samples import read_samples
from leadcard.runtime.harness.report import text_report
from leadcard.runtime.harness.runner import FileResult, only_named, run_samples, until_failure
from leadcard.runtime.harness.samples import SampleFile
from tests.command_line import leadcard

GOLDEN = Path(__file__).parent / "golden" / "harness"
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "shared" / "examples"
STARTER = Path(__file__).resolve().parent.parent / "leadcard" / "cli" / "starter"
HERE = ("python", "duckdb", "sqlite")  # they need no server and no further package
CARD = "fit:\n  title is CEO: +20\nbehavior:\n  visited pricing: +15\n"
SAMPLES = """\
as_of: 2026-11-21T12:00:00Z
leads:
  - {name: chief, lead: {title: CEO}, expect: {score: 20}}
  - {name: visitor, events: ["visited pricing, 3d ago"], expect: {score: 15}}
"""


def _project(folder: Path, card: str = CARD, samples: str | None = SAMPLES) -> Path:
    path = folder / "a.scorecard"
    path.write_text(card, encoding="utf-8")
    if samples is not None:
        (folder / "a.leads.yaml").write_text(samples, encoding="utf-8")
    return path


def _load(card: Path) -> tuple[Checked, SampleFile]:
    checked = check_file(card)
    assert checked.plan is not None
    source = read_source(card.with_suffix(".leads.yaml"))
    assert not isinstance(source, Diagnostic)
    file, found = read_samples(source, checked, checked.plan)
    assert file is not None, [d.message for d in found]
    return checked, file


def _run(card: Path, engines: tuple[str, ...] = ("python", "duckdb")) -> FileResult:
    checked, file = _load(card)
    assert checked.plan is not None
    result = run_samples(checked, checked.plan, file, engines)
    assert isinstance(result, FileResult), result
    return result


# --- engines --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.scorecard")), ids=lambda p: p.stem)
def test_the_report_says_what_the_golden_file_says(
    path: Path, update: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(GOLDEN)
    made = text_report([_run(Path(path.name))], color=False) + "\n"
    golden = path.with_suffix(".txt")
    if update:
        golden.write_text(made, "utf-8")
    assert made == golden.read_text("utf-8")


def test_the_starter_project_passes() -> None:
    assert _run(STARTER / "inbound.scorecard").failed == 0


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the examples lie outside the repository")
@pytest.mark.parametrize("name", ["three-lines", "global-guide", "stakes", "industrial"])
def test_the_examples_pass_on_every_engine(name: str) -> None:
    result = _run(EXAMPLES / f"{name}.scorecard", HERE)
    assert [r.sample.name for r in result.results if not r.passed] == []


def test_engines_agree_in_every_value_and_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    checked, file = _load(Path("mixed.scorecard"))
    assert checked.plan is not None
    first = run_python(checked.plan, file)
    assert run_duckdb(checked.plan, file) == first
    assert ENGINES["sqlite"](checked.plan, file) == first


def _outcome(score: str, *reasons: Reason) -> Outcome:
    return Outcome(values={"score": Decimal(score), "grade": None}, reasons=reasons)


def _reason(points: str) -> Reason:
    return Reason(
        line=1,
        rule="visited pricing",
        section="fit",
        points=Decimal(points),
        counted=True,
        events=1,
        latest=None,
    )


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        (_outcome("1"), _outcome("1"), []),
        (_outcome("1"), _outcome("1.01"), ["score"]),
        (_outcome("1"), None, ["score", "grade"]),
        (_outcome("1", _reason("1")), _outcome("1"), ["`visited pricing` (line 1)"]),
        (_outcome("1", _reason("1")), _outcome("1", _reason("2")), ["`visited pricing` (line 1)"]),
        (
            _outcome("1"),
            Outcome(values={"score": Decimal(1), "grade": ""}, reasons=()),
            ["grade"],
        ),
    ],
)
def test_a_difference_between_engines_is_found(
    one: Outcome | None, other: Outcome | None, what: list[str]
) -> None:
    found = disagreements({"python": one, "duckdb": other})
    assert [d.what for d in found] == what
    assert all(d.engine == "duckdb" for d in found)


def test_engines_that_disagree_fail_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(plan: object, file: SampleFile) -> Outcomes:
        said = run_python(plan, file)  # type: ignore[arg-type]
        first = said[0]
        assert first is not None
        values = {**first.values, "score": Decimal("20.01")}
        return (replace(first, values=values), *said[1:])

    monkeypatch.setitem(ENGINES, "duckdb", wrong)
    result = _run(_project(tmp_path))
    assert [r.passed for r in result.results] == [False, True]
    report = text_report([result], color=False)
    assert "the engines disagree: 20 (python), 20.01 (duckdb)" in report


def test_a_card_that_an_engine_cannot_run_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(plan: object, file: SampleFile) -> Outcomes:
        raise Unsupported(2, "`title is CEO`")

    monkeypatch.setitem(ENGINES, "duckdb", refuse)
    checked, file = _load(_project(tmp_path))
    assert checked.plan is not None
    found = run_samples(checked, checked.plan, file)
    assert isinstance(found, Diagnostic)
    assert found.code == "C101"
    assert found.source is not None
    assert found.span is not None
    assert found.source.position(found.span.start).line == 2


def test_samples_of_one_mail_domain_are_no_colleagues(tmp_path: Path) -> None:
    card = _project(
        tmp_path,
        "account:\n  2+ people active in 30d: +12\n  visited pricing: +1\n",
        "as_of: 2026-11-21T12:00:00Z\nleads:\n"
        "  - name: one\n    lead: {email: a@acme.example}\n"
        '    events: ["visited pricing, 1d ago"]\n    expect: {score: 1}\n'
        "  - name: two\n    lead: {email: b@acme.example}\n"
        '    events: ["visited pricing, 1d ago"]\n    expect: {score: 1}\n'
        "  - name: three with a colleague\n    lead: {email: c@acme.example}\n"
        '    events: ["visited pricing, 1d ago"]\n'
        '    colleagues: [{lead: {}, events: ["visited pricing, 2d ago"]}]\n'
        "    expect: {score: 13}\n",
    )
    assert _run(card, ("python",)).failed == 0


def test_a_name_upsets_no_terminal(tmp_path: Path) -> None:
    samples = 'as_of: 2026-11-21\nleads:\n  - {name: "a\\e[31m\\n\\x07b", expect: {score: 0}}\n'
    result = _run(_project(tmp_path, "title is CEO: +1\n", samples), ("python",))
    assert text_report([result], color=False).splitlines()[2] == "  ok   a\u241b[31m \u2407b  0"


# --- choosing -------------------------------------------------------------------------------------


def test_samples_are_chosen_by_part_of_their_name_or_buyer_stage() -> None:
    _, file = _load(GOLDEN / "mixed.scorecard")
    assert only_named(file, None).samples == file.samples
    assert [s.name for s in only_named(file, "Wrong").samples] == [
        "wrong total, right section",
        "wrong stage and score",
    ]
    assert [s.name for s in only_named(file, "decision").samples] == [
        "a decision that is as expected"
    ]


def test_results_end_with_the_first_failure() -> None:
    result = until_failure(_run(GOLDEN / "mixed.scorecard", ("python",)))
    assert [r.passed for r in result.results] == [True, False]


# --- values ---------------------------------------------------------------------------------------


def test_values_are_shown_plainly() -> None:
    assert [number(Decimal(n)) for n in ("62.00", "62.50", "62.25", "-0.00", "100")] == [
        "62", "62.5", "62.25", "0", "100",
    ]  # fmt: skip
    assert [signed(Decimal(n)) for n in ("15", "-10", "0.00")] == ["+15", "-10", "0"]
    assert [shown(v) for v in (None, "", True, False, "Sales")] == [
        "none", "none", "yes", "no", "Sales",
    ]  # fmt: skip


# --- the command ----------------------------------------------------------------------------------


def test_passing_samples_exit_with_0(tmp_path: Path) -> None:
    _project(tmp_path)
    done = leadcard("test", folder=tmp_path)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.endswith("2 sample leads passed (1 scorecard)\n")


@pytest.mark.parametrize("path", ["a.scorecard", "a.leads.yaml", "."])
def test_a_path_is_a_card_its_samples_or_a_folder(tmp_path: Path, path: str) -> None:
    _project(tmp_path)
    assert leadcard("test", path, folder=tmp_path).code == 0


@pytest.mark.parametrize(
    ("card", "samples", "said"),
    [
        (CARD, None, "T119"),
        (CARD, "", "T101"),
        (CARD, "as_of: 2026-11-21\nleads: []\n", "T101"),
        (CARD, SAMPLES.replace("score: 20", "score: 21"), "1 of 2 sample leads failed"),
        (CARD, SAMPLES.replace("visited", "visted"), "T109"),
        ("visted pricing: +15\n", SAMPLES, "R101"),
    ],
)
def test_whatever_is_wrong_exits_with_1(
    tmp_path: Path, card: str, samples: str | None, said: str
) -> None:
    _project(tmp_path, card, samples)
    done = leadcard("test", folder=tmp_path)
    assert done.code == 1
    assert said in done.stdout + done.stderr


def test_finding_no_card_is_a_failure(tmp_path: Path) -> None:
    done = leadcard("test", folder=tmp_path)
    assert done.code == 1
    assert "F105" in done.stderr


def test_a_card_without_samples_is_passed_over_in_a_folder_with_others(tmp_path: Path) -> None:
    _project(tmp_path)
    (tmp_path / "b.scorecard").write_text(CARD, encoding="utf-8")
    assert leadcard("test", folder=tmp_path).code == 0
    assert leadcard("test", "b.scorecard", folder=tmp_path).code == 1


def test_samples_that_belong_to_no_card_are_not_passed_over(tmp_path: Path) -> None:
    _project(tmp_path)
    (tmp_path / "b.scorecard").write_text(CARD, encoding="utf-8")
    (tmp_path / "bb.leads.yaml").write_text(SAMPLES, encoding="utf-8")
    done = leadcard("test", folder=tmp_path)
    assert done.code == 1
    assert "T121" in done.stderr
    assert "did you mean `b.leads.yaml`?" in done.stderr
    assert leadcard("test", "a.scorecard", folder=tmp_path).code == 0
    (tmp_path / "bb.scorecard").write_text(CARD, encoding="utf-8")
    assert leadcard("test", folder=tmp_path).code == 0


def test_a_name_that_no_sample_has_is_a_failure(tmp_path: Path) -> None:
    _project(tmp_path)
    assert leadcard("test", "-k", "chief", folder=tmp_path).code == 0
    done = leadcard("test", "-k", "nobody", folder=tmp_path)
    assert done.code == 1
    assert "`nobody`" in done.stderr


def test_failing_fast_shows_nothing_after_the_first_failure(tmp_path: Path) -> None:
    _project(tmp_path, samples=SAMPLES.replace("score: 20", "score: 21"))
    done = leadcard("test", "--fail-fast", folder=tmp_path)
    assert done.code == 1
    assert "visitor" not in done.stdout
    assert done.stdout.endswith("1 of 1 sample lead failed (1 scorecard)\n")


def test_a_card_from_standard_input_has_no_samples(tmp_path: Path) -> None:
    assert leadcard("test", "-", folder=tmp_path, stdin=CARD).code == 2


def test_an_unknown_engine_is_misuse(tmp_path: Path) -> None:
    done = leadcard("test", "--engine", "oracle", folder=tmp_path)
    assert done.code == 2
    assert "python, duckdb, sqlite" in done.stderr


def test_the_report_for_programs(tmp_path: Path) -> None:
    _project(tmp_path, samples=SAMPLES.replace("score: 20", "score: 21"))
    done = leadcard("test", "--format", "json", folder=tmp_path)
    assert (done.code, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert report["summary"] == {"samples": 2, "passed": 1, "failed": 1}
    assert report["diagnostics"] == []
    (file,) = report["files"]
    assert file["engines"] == ["python", "duckdb"]
    assert file["as_of"] == "2026-11-21T12:00:00Z"
    first = file["results"][0]
    assert (first["name"], first["line"], first["passed"]) == ("chief", 3, False)
    assert first["differences"] == [
        {"what": "score", "expected": "21", "actual": "20", "line": 3, "engine": None}
    ]
    assert first["result"]["score"] == 20
    assert first["result"]["reasons"][0]["rule"] == "title is CEO"


def test_mistakes_stand_in_the_report_for_programs(tmp_path: Path) -> None:
    _project(tmp_path, samples="")
    report = json.loads(leadcard("test", "--format", "json", folder=tmp_path).stdout)
    assert [d["code"] for d in report["diagnostics"]] == ["T101"]
    assert report["files"] == []
