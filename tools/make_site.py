"""The course as a site that works from a plain folder: `make site` makes site/.

    python tools/make_site.py            makes it
    python tools/make_site.py --check    makes it, and goes through all of it in a browser: see
                                         tools/website/check.py
    python tools/make_site.py --only-check   goes through the one that is there

No lesson is run: of each, the few statements that its live pictures need are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "site"


def main(arguments: list[str] | None = None) -> int:
    """Make the site, and check it if asked to; the exit status is 1 where something is wrong."""
    from website.build import build
    from website.frames import FramesError

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="then go through it in a browser")
    parser.add_argument("--only-check", action="store_true", help="check the one that is there")
    options = parser.parse_args(arguments)
    if not options.only_check:
        try:
            build(ROOT, SITE, say=lambda line: print(line, flush=True))
        except FramesError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"Open {SITE / 'index.html'} in a browser.")
    if options.check or options.only_check:
        from website.check import check

        return check(ROOT, SITE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
