"""The `leadcard` command: the table of subcommands, and what happens when one fails.

A subcommand's module is imported when the subcommand is called; `leadcard --help` reads only the
table. A command returns its exit code: 0 fine, 1 findings or failures, 2 misuse.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NamedTuple

import click
from click.shell_completion import CompletionItem

from leadcard.cli.console import FINDINGS, FINE, prepare_streams, say
from leadcard.runtime.ended import Ended, ended_by_signals

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141
BUG: Final = 70


class Entry(NamedTuple):
    """A subcommand: the module that holds its `command`, and one line for the overview."""

    module: str
    summary: str


COMMANDS: Final[dict[str, Entry]] = {
    "new": Entry("leadcard.cli.new", "Write a project to start from."),
    "check": Entry("leadcard.cli.check", "Find mistakes in scorecards, samples and vocabularies."),
    "fmt": Entry("leadcard.cli.fmt", "Bring scorecards into their plain layout."),
    "test": Entry("leadcard.cli.test", "Run sample leads through their scorecards."),
    "compile": Entry("leadcard.cli.compile", "Turn a scorecard into Python or SQL."),
    "score": Entry("leadcard.cli.score", "Score leads from files."),
    "explain": Entry("leadcard.cli.explain", "Show why a lead has its score."),
    "inspect": Entry("leadcard.cli.inspect", "Hold data against a scorecard."),
    "diff": Entry("leadcard.cli.diff", "Show whom a change of a scorecard moves, and why."),
    "evaluate": Entry("leadcard.cli.evaluate", "Show whether a scorecard predicts conversions."),
    "build": Entry("leadcard.cli.build", "Check, test, and write all that is deployed."),
    "verify": Entry("leadcard.cli.verify", "Tell whether what was built matches its scorecards."),
    "completion": Entry("leadcard.cli.completion", "Complete commands in bash, zsh or fish."),
}


class _ClosedPipe(Exception):
    """Whoever read the output has stopped reading."""


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of that name."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = import_module(entry.module).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a suggestion for a name that is nearly right."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            raise click.UsageError(_unknown_command(name), ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names from the table, so that no key press imports every command."""
        names = [
            CompletionItem(name, help=entry.summary)
            for name, entry in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> object:
        """As click does, but a closed pipe stays tellable from a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ClosedPipe from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The overview, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


def _unknown_command(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), COMMANDS, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(COMMANDS)}"
    return f"there is no command `{name}`{hint}"


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"leadcard {version('leadcard')}")
    ctx.exit()


_EPILOG = """\b
Examples:
  leadcard new inbound                     start a project in the folder inbound
  leadcard check                           check every scorecard below this folder
  leadcard score inbound.scorecard --leads leads.csv --events events.csv
\b
`leadcard COMMAND --help` shows more of each."""


@click.command(
    cls=LazyGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Lead scorecards as plain text: check them, test them, score leads with them."""


def main() -> int:
    """Run the command line as the whole of this process and return its exit code."""
    # Trees and plans live to the end of the process; looking them through for garbage finds none.
    gc.set_threshold(100_000, 20, 100)
    return run()


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; no traceback leaves it."""
    prepare_streams()
    try:
        with ended_by_signals():
            code = cli.main(arguments, prog_name="leadcard", standalone_mode=False)
            sys.stdout.flush()
    except Ended as ended:
        say(f"stopped by {ended.name}: nothing is left half done")
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except (_ClosedPipe, BrokenPipeError):
        return _after_closed_pipe()
    except Exception as error:
        if os.environ.get("LEADCARD_DEBUG"):
            raise
        return _report_outside(error) if isinstance(error, OSError) else _report_bug(error)
    return code if isinstance(code, int) else FINE


def _after_closed_pipe() -> int:
    """Nobody reads on: end quietly, and keep the interpreter from flushing into the closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _report_outside(error: OSError) -> int:
    """The machine failed (disk full, no permission): say which file and why."""
    reason = error.strerror or str(error) or type(error).__name__
    what = f"`{error.filename}`" if error.filename else "a file or stream"
    say(f"error: cannot use {what}: {reason[:1].lower()}{reason[1:]}")
    return FINDINGS


def _report_bug(error: Exception) -> int:
    say(f"error: this is a bug in leadcard ({type(error).__name__}), not in your files")
    say("Run the command again with LEADCARD_DEBUG=1 for the details, and please report them.")
    return BUG
