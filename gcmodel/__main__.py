"""``python -m gcmodel``: the command line."""

import sys

from gcmodel.cli.main import main

sys.exit(main())
