"""The command line."""

from __future__ import annotations


def main() -> int:
    """Run `leadcard` with the arguments of this process and return the exit code."""
    from leadcard.cli.app import main as run

    return run()
