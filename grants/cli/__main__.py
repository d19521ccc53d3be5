"""Run as `python -m grants.cli`."""

import sys

from grants.cli import main

sys.exit(main())
