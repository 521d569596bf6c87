"""What pip asks before anything else: here the course says where it cannot be installed.

So `make`, conda and plain pip say the same sentence, and before a gigabyte is downloaded.
"""

import sys
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Check(MetadataHookInterface):
    """Changes nothing; ends the installation with a plain sentence where it could not succeed."""

    def update(self, metadata: dict) -> None:
        sys.path.insert(0, str(Path(self.root) / "tools"))
        try:
            from set_up import SetUpError, check_computer
        finally:
            del sys.path[0]
        try:
            check_computer(Path(self.root))
        except SetUpError as error:
            sys.exit(str(error))
