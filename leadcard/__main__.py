"""`python -m leadcard` is the command line."""

import sys

from leadcard.cli import main

if __name__ == "__main__":
    sys.exit(main())
