"""Draw docs/picture.svg: the real output of real commands, as a terminal shows it.

    python docs/draw_picture.py FOLDER COMMAND...

Each COMMAND is the arguments of `leadcard` in one text, run in FOLDER. Before them stands a card
with two slips of the pen, and what `leadcard check` says of it.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

TARGET = Path(__file__).with_name("picture.svg")
WIDTH = 92
CARD = """\
visted pricing 3+ times in 7d: +10
email domain personal: -10
tilte contains "head of": +5
"""


def output_of(command: str, folder: Path) -> Text:
    """What `leadcard` prints for these arguments, on both streams, in colour."""
    done = subprocess.run(
        [sys.executable, "-m", "leadcard", *command.split()],
        cwd=folder,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Text.from_ansi(done.stdout.rstrip())


def show(console: Console, command: str, folder: Path) -> None:
    """A prompt, the command, and what it printed."""
    console.print(Text.assemble(("$ ", "bold green"), (f"leadcard {command}", "bold")))
    console.print(output_of(command, folder))
    console.print()


def main() -> None:
    """Run the commands and write the picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "inbound.scorecard").write_text(CARD, encoding="utf-8")
        show(console, "check inbound.scorecard", Path(folder))
    for command in sys.argv[2:]:
        show(console, command, Path(sys.argv[1]))
    svg = console.export_svg(title="leadcard", unique_id="leadcard")
    # A picture in a repository fetches no fonts.
    alone = re.sub(r"<!--.*?-->|@font-face \{.*?\}\n", "", svg, flags=re.S)
    lines = [line.rstrip() for line in alone.splitlines() if line.strip()]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"wrote {TARGET.name}")


if __name__ == "__main__":
    main()
