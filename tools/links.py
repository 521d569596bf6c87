"""Open every link that leads out of the lessons and the README, and say which leads nowhere.

    python tools/links.py

It needs a network, so no test of the course does it: `.github/workflows/tests.yml` does, once a
week. Standard library only.
"""

from __future__ import annotations

import json
import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TRIES, SECONDS = 3, 30
# Some servers turn away what does not say that it is a browser.
HEADERS = {"User-Agent": "Mozilla/5.0 (makemore-lessons; looks for dead links)"}


def links(root: Path = ROOT) -> dict[str, list[str]]:
    """From each address to the files that lead there, in order."""
    texts = {name: (root / name).read_text(encoding="utf-8") for name in ("README.md",)}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        texts[path.name] = "\n\n".join(sources)
    found: dict[str, list[str]] = {}
    for name, text in texts.items():
        for address in re.findall(r"\]\((https?://[^)\s]+)\)|<(https?://[^>\s]+)>", text):
            files = found.setdefault("".join(address).partition("#")[0], [])
            if name not in files:
                files.append(name)
    return found


def trouble(address: str) -> str:
    """Why nobody gets there, or ""."""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(attempt)
        try:
            request = urllib.request.Request(address, headers=HEADERS)
            urllib.request.urlopen(request, timeout=SECONDS).close()
            return ""
        except urllib.error.HTTPError as error:
            said = f"{error.code} {error.reason}"
            if error.code in (403, 429):  # somebody is there, and wants no visits by programs
                return ""
        except (OSError, ValueError) as error:
            said = str(error)
    return said


def main(root: Path = ROOT) -> int:
    """Print a line for each link; the exit status is 1 where one leads nowhere."""
    dead = 0
    for address, files in links(root).items():
        said = trouble(address)
        dead += bool(said)
        print(f"{'DEAD' if said else 'ok':4}  {address}  ({', '.join(files)})  {said}".rstrip())
    return int(bool(dead))


if __name__ == "__main__":
    sys.exit(main())
