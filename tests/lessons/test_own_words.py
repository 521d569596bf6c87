"""The lessons on words of one's own: no cell fails unasked, and every solution is right."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from shared.lessons import NOTEBOOKS

LESSONS = ["00_start_here", "01_counting", "02_broadcasting"]

TRY_A_LESSON = """
import sys
sys.path.insert(0, {tests!r})
from shared.lessons import NOTEBOOKS, answer, exercises, read_notebook, run_notebook
for lesson in sys.argv[1:]:
    path = NOTEBOOKS / f"{{lesson}}.ipynb"
    run_notebook(path)
    for exercise in exercises(read_notebook(path)):
        said = answer(path, exercise, exercise.solution)
        if getattr(said, "kind", None) != "right":
            sys.exit(f"{{exercise.name}}: {{said!r}}")
"""


def of_45_characters(rng: random.Random) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæñ"
    assert len(letters) == 45
    words = ["".join(rng.choices(letters, k=rng.randint(2, 11))) for _ in range(2_000)]
    return [*words, letters, "mary jane", "d'angelo"]


def few(rng: random.Random) -> list[str]:
    """Few, and of another alphabet."""
    return ["".join(rng.choices("аеиностклмр", k=rng.randint(2, 9))) for _ in range(150)]


@pytest.mark.parametrize("make", [few, of_45_characters], ids=lambda make: make.__name__)
def test_lessons_run_on_other_words(make, tmp_path):
    file = tmp_path / "words.txt"
    file.write_text("\n".join(make(random.Random(0))), encoding="utf-8")
    program = TRY_A_LESSON.format(tests=str(Path(__file__).resolve().parents[1]))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *LESSONS],
        env=os.environ | {"MAKEMORE_NAMES": str(file), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        cwd=NOTEBOOKS,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
