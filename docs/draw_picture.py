"""Draw docs/picture.svg: the real output of real commands, as a terminal shows it.

    python docs/draw_picture.py COMMAND...

Each COMMAND is the arguments of `leadcard` in one text.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

TARGET = Path(__file__).with_name("picture.svg")
WIDTH = 100


def output_of(command: str) -> Text:
    """What `leadcard` prints for these arguments, on both streams, in colour."""
    done = subprocess.run(
        [sys.executable, "-m", "leadcard", *command.split()],
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Text.from_ansi(done.stdout.rstrip())


def main() -> None:
    """Run the commands and write the picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for command in sys.argv[1:]:
        console.print(Text("$ ", style="bold green") + Text(f"leadcard {command}", style="bold"))
        console.print(output_of(command))
        console.print()
    svg = console.export_svg(title="leadcard", unique_id="leadcard")
    lines = [line.rstrip() for line in svg.splitlines()]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"wrote {TARGET.name}")


if __name__ == "__main__":
    main()
