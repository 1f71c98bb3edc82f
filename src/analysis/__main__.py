"""``python -m analysis`` is ``bias-senses``."""

import sys

from analysis.cli import main

sys.exit(main())
