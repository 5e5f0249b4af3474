"""Makes ``python -m bme_quiz`` work."""

import sys

from bme_quiz.cli.main import main

sys.exit(main())
