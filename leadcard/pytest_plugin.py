"""Scorecards as tests of pytest: `pytest scorecards/` checks each card and runs its sample leads.

A card is a collector: an item `check` for what the linter says, one for each sample lead, and one
for the suite as a whole. Mistakes in a card or its samples are errors of collection. What is only
a warning is a warning of pytest, so that `-W error` makes it a failure.

pytest loads this file in every project, so nothing heavy is imported before a card is found.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from leadcard.cli.cards import CARD_SUFFIX, SAMPLES_SUFFIX, card_of, samples_of

if TYPE_CHECKING:
    from leadcard.compiler.pipeline import Checked
    from leadcard.compiler.plan import Plan
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.runtime.harness.runner import FileResult
    from leadcard.runtime.harness.samples import Sample, SampleFile


class ScorecardWarning(UserWarning):
    """What `leadcard check` or `leadcard test` warns of."""


class NotAsExpected(Exception):
    """A failure: what it is in one line, and the whole report."""

    def __init__(self, short: str, report: str) -> None:
        super().__init__(short)
        self.short = short
        self.report = report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a failure is written, and what it is in one line; pytest's summary and JUnit say it."""

    path: str
    lineno: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A failure as pytest prints it: the report of leadcard, and no traceback."""

    report: str
    reprcrash: _Place

    def __str__(self) -> str:
        return self.report

    def toterminal(self, writer: Any) -> None:
        """Print the report."""
        writer.line(self.report)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Settings for the configuration of pytest; `-o name=value` gives them for one run."""
    parser.addini(
        "leadcard_engines",
        "where sample leads run; several engines must agree in every value",
        default="python,duckdb",
    )
    parser.addini(
        "leadcard_min_coverage",
        "fail if the sample leads of a card show less of it than this many percent",
        default="",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Cards; of sample leads those that are named, or that belong to no card."""
    if file_path.suffix == CARD_SUFFIX:
        return _CardFile.from_parent(parent, path=file_path)
    if not file_path.name.endswith(SAMPLES_SUFFIX):
        return None
    card = card_of(file_path)
    if not card.exists():
        if parent.session.isinitpath(file_path) or any(file_path.parent.glob(f"*{CARD_SUFFIX}")):
            return _StrayFile.from_parent(parent, path=file_path)
    elif parent.session.isinitpath(file_path):
        return _SamplesFile.from_parent(parent, path=file_path)
    return None


def _shown_path(path: Path) -> Path:
    """As a user would type it, where the file lies below the current folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


# --- one card and its samples ---------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Suite:
    """A card that can be run, its samples where it has any, and their result once they ran."""

    checked: Checked
    plan: Plan
    file: SampleFile | None
    engines: tuple[str, ...]
    ran: FileResult | None = None

    def result(self) -> FileResult:
        """The samples after their run, which happens once for all of them."""
        from leadcard.dsl.diagnostics import Diagnostic
        from leadcard.runtime.harness.runner import run_samples

        if self.ran is None:
            assert self.file is not None
            result = run_samples(self.checked, self.plan, self.file, self.engines)
            if isinstance(result, Diagnostic):
                raise _refused([result])
            self.ran = result
        return self.ran


def _suite(card: Path, config: pytest.Config) -> _Suite:
    """What is in a card and its sample leads; their mistakes are an error of collection."""
    from leadcard.cli.checking import check_card
    from leadcard.dsl.diagnostics import Diagnostic
    from leadcard.dsl.read import read_source
    from leadcard.runtime.harness.read_samples import read_samples

    card = _shown_path(card)
    checked = check_card(card, None)
    errors = [one for one in checked.diagnostics if one.is_error]
    if checked.plan is None:
        raise pytest.Collector.CollectError(_rendered(errors))
    suite = _Suite(checked=checked, plan=checked.plan, file=None, engines=_engines(config))
    if samples_of(card).exists():
        source = read_source(samples_of(card))
        if isinstance(source, Diagnostic):
            raise pytest.Collector.CollectError(_rendered([source]))
        suite.file, found = read_samples(source, checked, checked.plan)
        if suite.file is None:
            raise pytest.Collector.CollectError(_rendered(found))
    return suite


def _engines(config: pytest.Config) -> tuple[str, ...]:
    from click import UsageError

    from leadcard.cli.engine_option import engines_of

    try:
        names = engines_of(config.getini("leadcard_engines"))
        if not names:
            raise UsageError("name an engine")
    except UsageError as error:
        raise pytest.Collector.CollectError(f"leadcard_engines: {error.message}") from None
    return names


def _min_coverage(config: pytest.Config) -> int | None:
    text: str = config.getini("leadcard_min_coverage")
    if not text:
        return None
    if not text.isdecimal() or int(text) > 100:
        raise pytest.Collector.CollectError(
            f"leadcard_min_coverage: `{text}` is no whole percentage"
        )
    return int(text)


def _rendered(found: Iterable[Diagnostic]) -> str:
    from leadcard.cli.findings import distinct
    from leadcard.dsl.render import render_text

    return render_text(distinct(found)).rstrip("\n")


# --- collectors -----------------------------------------------------------------------------------


class _SamplesFile(pytest.File):
    """A file of sample leads that was named: its leads."""

    @cached_property
    def suite(self) -> _Suite:
        """The card and its samples, read once."""
        return _suite(card_of(self.path), self.config)

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each sample lead, unless the card is named too and brings them."""
        if self.session.isinitpath(card_of(self.path)):
            return
        yield from self.samples()

    def samples(self) -> Iterator[pytest.Item]:
        """An item for each sample lead."""
        for sample in self.suite.file.samples if self.suite.file else ():
            yield _SampleItem.of(self, self.suite, sample)


class _CardFile(_SamplesFile):
    """A card: its check, its sample leads, and what can be said of all of them."""

    @cached_property
    def suite(self) -> _Suite:
        """The card and its samples, read once."""
        return _suite(self.path, self.config)

    def collect(self) -> Iterator[pytest.Item]:
        """The check, the sample leads, the suite, and the coverage where a minimum is set."""
        suite = self.suite
        yield _CheckItem.of(self, suite)
        yield from self.samples()
        if suite.file is not None:
            yield _WholeItem.of(self, suite)
            if _min_coverage(self.config) is not None:
                yield _CoverageItem.of(self, suite)


class _StrayFile(pytest.File):
    """Sample leads without a card."""

    def collect(self) -> Iterator[pytest.Item]:
        """No item: a file that nothing runs is an error."""
        raise pytest.Collector.CollectError(_rendered(_stray(_shown_path(self.path))))


def _stray(samples: Path) -> Sequence[Diagnostic]:
    from leadcard.cli.sample_run import orphans

    cards = sorted(samples.parent.glob(f"*{CARD_SUFFIX}")) or [card_of(samples)]
    return [one for one in orphans(cards, frozenset()) if one.path == str(samples)]


# --- items ----------------------------------------------------------------------------------------


class _CardItem(pytest.Item):
    """Something to be said of a card."""

    title = "check"

    def __init__(self, *, suite: _Suite, **rest: Any) -> None:
        super().__init__(**rest)
        self.suite = suite

    @classmethod
    def of(cls, parent: pytest.Collector, suite: _Suite) -> _CardItem:
        """The item that stands in the report by its title."""
        item: _CardItem = cls.from_parent(parent, name=cls.title, suite=suite)
        return item

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report of leadcard; a traceback only where leadcard itself went wrong."""
        failure = excinfo.value
        if not isinstance(failure, NotAsExpected):
            return super().repr_failure(excinfo, style)
        path, line, _ = self.reportinfo()
        place = _Place(path=str(path), lineno=(line or 0) + 1, message=failure.short)
        return _Shown(report=failure.report, reprcrash=place)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Where the item is written, and its heading in the report."""
        return self.path, None, f"{self.path.name}: {self.name}"


class _CheckItem(_CardItem):
    """The card itself: what the linter says of it."""

    def runtest(self) -> None:
        """Tell the warnings of the card."""
        _tell(self.suite.checked.diagnostics)


class _SampleItem(_CardItem):
    """One sample lead."""

    def __init__(self, *, sample: Sample, **rest: Any) -> None:
        super().__init__(**rest)
        self.sample = sample
        if sample.buyer_stage:
            self.extra_keyword_matches.add(sample.buyer_stage)

    @classmethod
    def of(
        cls, parent: pytest.Collector, suite: _Suite, sample: Sample | None = None
    ) -> _SampleItem:
        """The item of a sample, called as the sample is."""
        assert sample is not None
        item: _SampleItem = cls.from_parent(parent, name=sample.name, suite=suite, sample=sample)
        return item

    def runtest(self) -> None:
        """Hold what the engines say against what is expected."""
        from leadcard.runtime.harness.report import file_report

        result = self.suite.result()
        (mine,) = (one for one in result.results if one.sample is self.sample)
        if mine.differences:
            first = mine.differences[0]
            report = file_report(replace(result, results=(mine,)), color=False)
            raise NotAsExpected(
                f"{first.what}: expected {first.expected}, got {first.actual}"
                if first.engine is None
                else f"{first.what}: the engines disagree",
                report,
            )

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """The line in the file of sample leads."""
        assert self.suite.file is not None
        place = Path(self.suite.file.source.path).absolute()
        return place, self.sample.line - 1, f"{self.path.name}: {self.name}"


class _WholeItem(_CardItem):
    """All samples of a card together: what they leave out, the ladder, what nobody reviewed."""

    title = "suite"

    def runtest(self) -> None:
        """Tell what is missing from the samples as a whole."""
        from leadcard.runtime.harness.sample_lint import sample_warnings
        from leadcard.runtime.harness.suite import suite_warnings

        suite = self.suite
        assert suite.file is not None
        untried = sample_warnings(suite.checked, suite.plan, suite.file)
        _tell((*untried, *suite_warnings(suite.checked, suite.plan, suite.result())))


class _CoverageItem(_CardItem):
    """How much of the card its samples show."""

    title = "coverage"

    def runtest(self) -> None:
        """Fail below the least percentage."""
        from leadcard.runtime.harness.coverage import coverage
        from leadcard.runtime.harness.quality_report import coverage_text

        suite, least = self.suite, _min_coverage(self.config)
        assert suite.file is not None
        assert least is not None
        shown = coverage(suite.checked, suite.plan, suite.file)
        if shown.percent < least:
            card = str(_shown_path(self.path))
            text = coverage_text(card, suite.checked, shown, color=False)
            raise NotAsExpected(f"{shown.percent} %, and {least} % are asked for", text)


def _tell(found: Iterable[Diagnostic]) -> None:
    """Give findings as warnings; those that the settings of pytest call errors fail together."""
    from leadcard.cli.findings import distinct

    refused = []
    for one in distinct(found):
        line = 1
        if one.source is not None and one.span is not None:
            line = one.source.position(one.span.start).line
        place = one.source.path if one.source is not None else str(one.path)
        said = f"{one.code}: {one.message}" + (f" ({one.hint})" if one.hint else "")
        try:
            warnings.warn_explicit(said, ScorecardWarning, str(Path(place).absolute()), line)
        except ScorecardWarning:
            refused.append(one.as_error())
    if refused:
        raise _refused(refused)


def _refused(found: Sequence[Diagnostic]) -> NotAsExpected:
    return NotAsExpected(f"{found[0].code}: {found[0].message}", _rendered(found))
