"""Entry point of ``python -m bme_quiz``."""

import sys

from bme_quiz.cli.main import main

sys.exit(main())
