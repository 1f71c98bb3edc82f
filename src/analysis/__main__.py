"""``python -m analysis`` is ``bias-senses``, for where the script is not on the path."""

import sys

from analysis.cli import main

if __name__ == "__main__":
    sys.exit(main())
