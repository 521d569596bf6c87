"""The form of every notebook: what nbval cannot see, and what the reader relies on.

Each rule is a function from a notebook to its complaints. The rules themselves are tested on
throw-away courses, below: each of them has to catch a notebook that breaks it.
"""

import ast
import io
import json
import re
import tokenize
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import pairwise
from math import log
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from shared import quotes
from shared.lessons import (
    ROOT,
    code_cells,
    exercises,
    notebook_paths,
    read_notebook,
    run_cell,
    tags,
)
from shared.quotes import without_code
from shared.traces import traces_of_a_machine

Complaints = Iterator[str]


def links(markdown: str) -> list[str]:
    """Where the links and pictures of a markdown cell lead."""
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"\]\(\s*([^)\s]+)", prose) + re.findall(
        r"""(?:href|src)=["']([^"']+)""", prose
    )


def number(path: Path) -> int:
    return int(path.stem[:2])


def title(path: Path) -> str:
    """The title of a notebook, such as "1 · Counting"."""
    return read_notebook(path).cells[0].source.partition("\n")[0].removeprefix("# ")


# The rules


def is_a_valid_notebook(path: Path) -> Complaints:
    # As it stands in the file: nbformat mends what it reads.
    notebook = json.loads(path.read_text(encoding="utf-8"))
    ids = [cell.get("id", "") for cell in notebook["cells"]]
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield str(error)
    if (notebook["nbformat"], notebook["nbformat_minor"]) != (4, 5):
        yield "the format is not 4.5"
    yield from (f"cell id {each!r} is no short slug" for each in ids if not SLUG.fullmatch(each))
    yield from (f"cell id {each!r} is there twice" for each in set(ids) if ids.count(each) > 1)


SLUG = re.compile(r"[a-z0-9-]{1,64}")


def was_run_in_one_go(path: Path) -> Complaints:
    """Then nbval compares every cell: one without a number it runs, and compares with nothing."""
    for count, cell in enumerate(code_cells(read_notebook(path)), start=1):
        if cell.execution_count != count:
            yield f"cell {cell.id} has the number {cell.execution_count}, not {count}"


def exempts_only_timings(path: Path) -> Complaints:
    """`nbval-ignore-output` only for timings and progress bars, and no other way around nbval."""
    for cell in code_cells(read_notebook(path)):
        for tag in sorted(set(tags(cell)) - {"exercise", "raises-exception"}):
            if tag != "nbval-ignore-output":
                yield f"cell {cell.id} has the tag {tag!r}"
            elif names_in(cell.source) & {"train", "tqdm"}:
                if not all(map(is_progress, cell.outputs)):
                    yield f"cell {cell.id} is exempt from nbval and shows more than its progress"
            elif not names_in(cell.source) & {"perf_counter", "timeit", "time"}:
                yield f"cell {cell.id} measures no time and is exempt from nbval"
        if re.search(r"#\s*(NBVAL|PYTEST_VALIDATE)_\w+", cell.source):
            yield f"cell {cell.id} has a comment that turns nbval off"


def is_progress(output: nbformat.NotebookNode) -> bool:
    """Whether an output is nothing but progress bars at their ends."""
    lines = output.get("text", "").splitlines()
    return bool(lines) and all(re.match(r".*100%\|█+\|", line) for line in lines)


def names_in(source: str) -> set[str]:
    """The names that code mentions, outside comments and strings."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def fails_only_on_purpose(path: Path) -> Complaints:
    for cell in code_cells(read_notebook(path)):
        failed = any(output.output_type == "error" for output in cell.outputs)
        if failed and "raises-exception" not in tags(cell):
            yield f"cell {cell.id} ends in an error"
        if not failed and "raises-exception" in tags(cell):
            yield f"cell {cell.id} ought to end in an error"


def has_short_cells(path: Path) -> Complaints:
    for cell in code_cells(read_notebook(path)):
        if (lines := len(cell.source.splitlines())) > 20:
            yield f"cell {cell.id} has {lines} lines"
        if not cell.source.strip():
            yield f"cell {cell.id} is empty"


def begins_a_cell_with_each_heading(path: Path) -> Complaints:
    """JupyterLab puts the arrow that folds a section beside the whole cell of its heading."""
    for cell in read_notebook(path).cells:
        if cell.cell_type == "markdown":
            for heading in re.finditer(r"^ {0,3}#+ .*", without_code(cell.source), re.MULTILINE):
                if heading.start():
                    yield f"cell {cell.id} does not begin with its heading {heading[0]!r}"


def holds_nothing_of_one_run(path: Path) -> Complaints:
    notebook = read_notebook(path)
    if "widgets" in notebook.metadata:
        yield "the notebook holds the state of widgets"
    for cell in notebook.cells:
        if surplus := set(cell.metadata) - {"tags"}:
            yield f"cell {cell.id} holds metadata of one run: {sorted(surplus)}"
        for output in cell.get("outputs", []):
            for kind, content in output.get("data", {}).items():
                if kind == "application/vnd.jupyter.widget-view+json":
                    yield f"cell {cell.id} holds a widget of one run"
                if kind.startswith("text/") and ADDRESS.search(content):
                    yield f"cell {cell.id} prints where an object lies in memory"
            if ADDRESS.search(output.get("text", "")):
                yield f"cell {cell.id} prints where an object lies in memory"


ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")


def holds_nothing_of_a_machine(path: Path) -> Complaints:
    notebook = deepcopy(read_notebook(path))
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # Among the letters that encode a picture any word can turn up.
            for kind in [kind for kind in output.get("data", {}) if kind.startswith("image/")]:
                del output["data"][kind]
    for trace in traces_of_a_machine(nbformat.writes(notebook)):
        yield f"the notebook holds {trace!r}"


def leads_only_to_what_is_there(path: Path) -> Complaints:
    for cell in read_notebook(path).cells:
        if cell.cell_type == "markdown":
            for link in links(cell.source):
                target, _, _ = link.partition("#")
                if not re.match(r"\w+:", link) and target and not (path.parent / target).exists():
                    yield f"cell {cell.id} leads to {link}, which is not there"


def opens_with_a_plan(path: Path) -> Complaints:
    first = read_notebook(path).cells[0]
    head, _, tail = first.source.partition("**After this lesson you can**\n")
    if first.cell_type != "markdown" or not re.match(rf"# {number(path)} · \S.*\n", head):
        yield f"the first cell does not begin with the title '# {number(path)} · …'"
    if not re.search(r"^\*[^*].*\?\*$", head, re.MULTILINE):
        yield "the first cell has no question in italics"
    if not 3 <= len(re.findall(r"^- ", tail, re.MULTILINE)) <= 5:
        yield "the first cell has not 3 to 5 points under 'After this lesson you can'"
    if not re.search(r"^\*\*Time\*\* about \d+ minutes · \*\*Builds on\*\* \S", tail, re.MULTILINE):
        yield "the first cell says no time, or not what the lesson builds on"


def ends_with_a_recap(path: Path) -> Complaints:
    """The recap; how far one is, and a drill with its text; then the question that leads on."""
    cells = read_notebook(path).cells
    recaps = [place for place, cell in enumerate(cells) if cell.source.startswith("## Recap\n")]
    end = cells[recaps[-1] if recaps else -1 :]
    if not recaps or end[0].cell_type != "markdown":
        yield "there is no recap"
    for cell, below in pairwise(end[1:]):
        known = {"progress", "drill"} if cell.cell_type == "code" else {"drill"}
        shown = cell if cell.cell_type == "code" else below  # a text belongs to what it leads to
        if shown.cell_type != "code" or not names_in(shown.source) & known:
            yield f"cell {cell.id} is no recap, and stands below it"
    if len(re.findall(r"^- ", end[0].source, re.MULTILINE)) < 2:
        yield "the recap has no points"
    if end[-1].cell_type != "markdown" or "?" not in end[-1].source:
        yield "the last cell does not ask the question that leads on"


def explains_its_pictures(path: Path) -> Complaints:
    cells = read_notebook(path).cells
    for before, cell, after in zip([None, *cells], cells, [*cells[1:], None], strict=False):
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            around = [each for each in (before, after) if each is not None]
            if not any(each.cell_type == "markdown" for each in around):
                yield f"the picture of cell {cell.id} has no sentence beside it"


def has_whole_exercises(path: Path) -> Complaints:
    found = exercises(read_notebook(path))
    if len(found) < 3 and number(path) > 0:
        yield f"there are {len(found)} exercises"
    checks = [cell for cell in code_cells(read_notebook(path)) if "check(" in cell.source]
    if len(checks) != len(found):
        yield f"{len(checks)} cells call check, and {len(found)} are tagged 'exercise'"
    opening = [exercise for exercise in found if re.match(r"\d+\.[a-z] ", exercise.name)]
    labels = [*"abc"[: len(opening)], *range(1, len(found) - len(opening) + 1)]
    for label, exercise in zip(labels, found, strict=True):
        label = f"{number(path)}.{label}"
        if not re.match(rf"### Exercise {re.escape(label)} · \S.*\n\n\S", exercise.task):
            yield f"exercise {label} does not begin with '### Exercise {label} · …' and its task"
        if "..." not in exercise.stub:
            yield f"exercise {label} has no ... to replace"
        if not (exercise.name.startswith(f"{label} ") and "\n" not in exercise.check.strip()):
            yield f"exercise {label} has no check of its own in the cell below"
        if not re.search(r"<summary>(A|Another )?[Hh]int", exercise.folded):
            yield f"exercise {label} has no folded hint"
        if exercise.folded.count("<details>") != exercise.folded.count("</details>"):
            yield f"exercise {label} has a fold that does not close"
        if re.sub(r"(?s)<details>.*?</details>", "", exercise.folded).strip():
            yield f"exercise {label} gives away something that is not folded"
        if len(re.findall(r"<summary>Solution</summary>\n\n```python\n", exercise.folded)) != 1:
            yield f"exercise {label} has no folded solution that begins with its code"
        elif not exercise.folded.rpartition("```")[2].replace("</details>", "").strip():
            yield f"exercise {label} does not say why its solution is right"


def types_no_results(path: Path) -> Complaints:
    """What a cell shows is computed: to nbval a number that is typed is as good."""
    for cell in code_cells(read_notebook(path)):
        tree = ast.parse(cell.source)
        for node in ast.walk(tree):
            for text in _texts(node):
                for result in re.findall(r"\d\.\d{4,}|[1-9]\.\d{3}", text):
                    yield f"cell {cell.id} has the result {result} in a text"
        for each in _shown(tree):
            if isinstance(each, ast.Constant) and type(each.value) in (int, float):
                yield f"cell {cell.id} shows {each.value}, which is not computed"


def _texts(node: ast.AST) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _shown(tree: ast.Module) -> Iterator[ast.AST]:
    """What the code prints, puts into an f-string, or ends on, the parts of a tuple one by one."""
    shown = [tree.body[-1].value] if tree.body and isinstance(tree.body[-1], ast.Expr) else []
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue):
            shown.append(node.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            shown += node.args
    for each in shown:
        yield from each.elts if isinstance(each, ast.Tuple | ast.List) else [each]


def quotes_only_what_came_out(path: Path) -> Complaints:
    """A number in the text is one of its section, or of the section that it recalls."""
    known = frozenset(WORKED_OUT.get(path.stem, ()))
    for cell_id, quoted in quotes.unfounded(path, known):
        yield f"cell {cell_id} says {quoted}, which comes out of no cell that it speaks of"


# What the text makes up, knows from elsewhere, or works out in more than one step; and what only a
# picture shows, or a slider.
WORKED_OUT = {
    "00_start_here": [150, 0.11],
    "01_counting": [0.6, 0.14],  # the second for a, in the picture
    "02_broadcasting": [1.5, 0.5],  # a row that sums to 1, and is none of probabilities
    "03_likelihood": [
        *(1 / 2, 1 / 8, 0.8),  # made up, and the share of names to count
        0.0253,  # in the picture
        50,
        65_504,  # the greatest float of 16 bits
        0.0004,
        32_033 + 1,
        2.4530,  # on the slider; tests/helpers/test_likelihood.py computes it
    ],
    # Made up; two in pictures; of the last four tests/lessons/test_lesson_04.py computes.
    "04_one_hot_network": [0.9, 0.24, 3.4, 100, 110, 2.762, 2.871, 2.823, 104],
    "05_gradient_descent": [27**2 - 1, 68, 72, 76, 3.74, 3.72],
    "06_longer_memory": [
        27 * 10 + 8 * 10 * 200 + 200 + 200 * 27 + 27,
        *(0.7, 0.018, 0.045, 0.001),
    ],
    "07_initialization": [-log(0.01 / 26), 128, 0.07, 0.25],
    "08_batch_norm": [0.9],
    "09_backward": [0.02],
    "10_training_well": [
        *((1 - 0.01 * 0.01) ** 2000, 5.12, 6.4),
        *(0.187, 0.304, 0.024, 0.85),  # on the slider, and of the library
    ],
    "11_longer_look_back": [0.009],  # a mean over three seeds of the table
}


def is_small(path: Path) -> Complaints:
    if (size := path.stat().st_size) >= 3_000_000:
        yield f"the file has {size:,} bytes"


def speaks_plainly(path: Path) -> Complaints:
    for cell in read_notebook(path).cells:
        if cell.cell_type == "markdown":
            for word in re.findall(r"\b(?:simply|just)\b|!(?!\[)", without_code(cell.source), re.I):
                yield f"cell {cell.id} says {word!r}"


RULES = [
    is_a_valid_notebook,
    was_run_in_one_go,
    exempts_only_timings,
    fails_only_on_purpose,
    has_short_cells,
    begins_a_cell_with_each_heading,
    holds_nothing_of_one_run,
    holds_nothing_of_a_machine,
    leads_only_to_what_is_there,
    opens_with_a_plan,
    ends_with_a_recap,
    explains_its_pictures,
    has_whole_exercises,
    types_no_results,
    quotes_only_what_came_out,
    is_small,
    speaks_plainly,
]


# Rules for the course as a whole


def is_one_chain(folder: Path) -> Complaints:
    """The links of each last cell lead back and forward, one lesson at a time, to both ends."""
    course = notebook_paths(folder)
    for path, before, after in zip(course, [None, *course], [*course[1:], None], strict=False):
        expected = []
        if before:
            expected.append(f"[← {title(before)}]({before.name})")
        if after:
            expected.append(f"[{title(after)} →]({after.name})")
        last = read_notebook(path).cells[-1].source.rstrip().rpartition("\n")[2]
        if expected and last != " · ".join(expected):
            yield f"{path.name} ends on {last!r}, not on {' · '.join(expected)!r}"
        if before and f"**Builds on** [{title(before)}]({before.name})" not in (
            read_notebook(path).cells[0].source
        ):
            yield f"{path.name} does not say that it builds on {before.name}"
    if [number(path) for path in course] != list(range(len(course))):
        yield "the lessons are not numbered from 0 without a gap"


def is_on_the_map(folder: Path, readme: str) -> Complaints:
    for path in notebook_paths(folder):
        if f"](notebooks/{path.name})" not in readme:
            yield f"the README's map has no link to {path.name}"


# The course


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in notebook_paths()])
def test_notebook(path, rule):
    assert list(rule(path)) == []


OF_LESSONS = {opens_with_a_plan, ends_with_a_recap, has_whole_exercises}


def test_the_review_keeps_the_rules_and_is_on_both_maps():
    """It is a notebook like all others, and no lesson."""
    review = ROOT / "notebooks" / "review.ipynb"
    assert [str(each) for rule in RULES if rule not in OF_LESSONS for each in rule(review)] == []
    assert "](notebooks/review.ipynb)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "](review.ipynb)" in notebook_paths()[0].read_text(encoding="utf-8")


def test_the_course_is_one_chain():
    assert list(is_one_chain(ROOT / "notebooks")) == []


def test_the_readme_lists_every_notebook():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert list(is_on_the_map(ROOT / "notebooks", readme)) == []


def test_there_is_a_course():
    assert len(notebook_paths()) >= 3


# The rules, tested: a good course has no complaints, and each rule catches what breaks it

FIRST = """# {number} · {title}

*Does it work?*

**After this lesson you can**

- say one thing,
- say another,
- say a third.

**Time** about 5 minutes · **Builds on** {before}"""

FOLDED = """<details><summary>Hint</summary>

Count.

</details>

<details><summary>Solution</summary>

```python
# Not a heading.
answer = 3  # just so!
```

Three it is.

</details>"""


def lesson(folder: Path, index: int, name: str, last_line: str, before: str) -> None:
    new, code = nbformat.v4, nbformat.v4.new_code_cell
    picture = {"image/png": "A/tmp/Users/home=", "text/plain": "<Figure size 640x480>"}
    cells = [
        new.new_markdown_cell(FIRST.format(number=index, title=name, before=before), id="title"),
        code("import time\n\n6 * 7", id="number", outputs=[result("42")]),
        code(
            "1 / 0",
            id="error",
            outputs=[new.new_output("error", ename="ZeroDivisionError", evalue="", traceback=[])],
            metadata={"tags": ["raises-exception"]},
        ),
        new.new_markdown_cell(
            "Adjust `just!` and $n!$, see ![it](picture.png) and [that](https://example.org).",
            id="prose",
        ),
        code("plot()", id="picture", outputs=[new.new_output("display_data", picture)]),
        code(
            "time.perf_counter()",
            id="timing",
            outputs=[result("1.5")],
            metadata={"tags": ["nbval-ignore-output"]},
        ),
        code(
            "train(model)",
            id="training",
            outputs=[new.new_output("stream", text="100%|█████| 9/9 [00:01<00:00, 9 steps/s]\n")],
            metadata={"tags": ["nbval-ignore-output"]},
        ),
    ]
    for count in (1, 2, 3):
        label, slug = f"{index}.{count}", f"exercise-{count}"
        task = f"### Exercise {label} · Three\n\nHow many?"
        cells += [
            new.new_markdown_cell(task, id=f"{slug}-task"),
            code("answer = ...", id=slug, metadata={"tags": ["exercise"]}),
            code(f'check("{label} three", answer)', id=f"{slug}-check", outputs=[result("○")]),
            new.new_markdown_cell(FOLDED, id=f"{slug}-folded"),
        ]
    recap = f"## Recap\n\n- One.\n- Two.\n\n**And then?**\n\n{last_line}"
    cells.append(new.new_markdown_cell(recap, id="recap"))
    for count, cell in enumerate([each for each in cells if each.cell_type == "code"], start=1):
        cell.execution_count = count
    nbformat.write(new.new_notebook(cells=cells), folder / f"{index:02}_{name.lower()}.ipynb")


def result(text: str) -> NotebookNode:
    return nbformat.v4.new_output("execute_result", {"text/plain": text})


@pytest.fixture
def course(tmp_path) -> Path:
    """Two lessons that keep every rule."""
    (tmp_path / "picture.png").touch()
    lesson(tmp_path, 0, "Hello", "[1 · Again →](01_again.ipynb)", "nothing")
    lesson(tmp_path, 1, "Again", "[← 0 · Hello](00_hello.ipynb)", "[0 · Hello](00_hello.ipynb)")
    return tmp_path


def spoil(path: Path, change: Callable[[NotebookNode, dict[str, NotebookNode]], object]) -> None:
    notebook = nbformat.read(path, as_version=4)
    change(notebook, {cell.id: cell for cell in notebook.cells})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    read_notebook.cache_clear()
    quotes.sections.cache_clear()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_notebook_has_no_complaints(course, rule):
    for path in notebook_paths(course):
        assert list(rule(path)) == []


def rewrite(cell: str, old: str, new: str) -> Callable[[NotebookNode, dict], None]:
    """The change that puts something else into the source of a cell."""

    def change(_, cells):
        assert old in cells[cell].source
        cells[cell].source = cells[cell].source.replace(old, new)

    return change


def tag(cell: str, *its_tags: str) -> Callable[[NotebookNode, dict], None]:
    return lambda _, cells: cells[cell].metadata.update(tags=list(its_tags))


# Strings that no file of the project may hold, not even this one, are put together here.
HOME = "/".join(["", "home", "ada", "names.txt"])
HOST = ".".join(["files", "pythonhosted", "org"])

BREAKS = [
    (is_a_valid_notebook, lambda n, c: c["prose"].update(id="Not a slug"), "slug"),
    (is_a_valid_notebook, lambda n, c: c["prose"].update(id="recap"), "twice"),
    (is_a_valid_notebook, lambda n, c: n.update(nbformat_minor=4), "4.5"),
    (is_a_valid_notebook, lambda n, c: c["number"].pop("outputs"), "outputs"),
    (was_run_in_one_go, lambda n, c: c["error"].update(execution_count=None), "None, not 2"),
    (was_run_in_one_go, lambda n, c: n.cells.insert(5, n.cells.pop(1)), "cell error"),
    (exempts_only_timings, tag("error", "nbval-ignore-output"), "measures no time"),
    (exempts_only_timings, rewrite("timing", "time.perf_counter()", "42  # time"), "no time"),
    (exempts_only_timings, rewrite("training", "train(model)", "model"), "no time"),
    (
        exempts_only_timings,
        lambda n, c: c["training"].outputs[0].update(text="100%|███| 9/9\nloss 2.1\n"),
        "more than its progress",
    ),
    (
        exempts_only_timings,
        lambda n, c: c["training"].outputs[0].update(text="  7%|▋  | 9/128\n"),
        "more than its progress",
    ),
    (exempts_only_timings, tag("timing", "nbval-skip"), "nbval-skip"),
    (exempts_only_timings, rewrite("number", "6", "# NBVAL_SKIP\n6"), "comment"),
    (exempts_only_timings, rewrite("number", "6", "#NBVAL_IGNORE_OUTPUT\n6"), "comment"),
    (fails_only_on_purpose, tag("error"), "ends in an error"),
    (fails_only_on_purpose, tag("number", "raises-exception"), "ought to"),
    (has_short_cells, rewrite("number", "6", "\n" * 18 + "6"), "21 lines"),
    (has_short_cells, lambda n, c: c["number"].update(source=" "), "empty"),
    (begins_a_cell_with_each_heading, rewrite("recap", "## Recap", "So.\n\n## Recap"), "Recap"),
    (begins_a_cell_with_each_heading, rewrite("recap", "- Two.", "\n\n### Two"), "### Two"),
    (holds_nothing_of_one_run, lambda n, c: n.metadata.update(widgets={}), "widgets"),
    (
        holds_nothing_of_one_run,
        lambda n, c: c["number"].metadata.update(execution={"iopub.status.busy": "2018"}),
        "execution",
    ),
    (
        holds_nothing_of_one_run,
        lambda n, c: (
            c["picture"]
            .outputs[0]
            .data.update({"application/vnd.jupyter.widget-view+json": {"model_id": "1"}})
        ),
        "a widget",
    ),
    (
        holds_nothing_of_one_run,
        lambda n, c: c["number"].outputs.append(result("<f at 0x7f3a5c0d1e10>")),
        "memory",
    ),
    (holds_nothing_of_a_machine, rewrite("number", "6", f"open('{HOME}')\n6"), HOME[:5]),
    (
        holds_nothing_of_a_machine,
        lambda n, c: c["number"].outputs.append(nbformat.v4.new_output("stream", text=HOST)),
        "pythonhosted",
    ),
    (leads_only_to_what_is_there, rewrite("prose", "picture.png", "lost.png"), "lost.png"),
    (leads_only_to_what_is_there, rewrite("recap", "Two.", "[2](02.ipynb)."), "02.ipynb"),
    (opens_with_a_plan, rewrite("title", "# 1 ·", "# 7 ·"), "title"),
    (opens_with_a_plan, rewrite("title", "*Does it work?*", "Does it work?"), "question"),
    (opens_with_a_plan, rewrite("title", "- say another,\n", ""), "3 to 5 points"),
    (opens_with_a_plan, rewrite("title", "about 5 minutes", "soon"), "time"),
    (ends_with_a_recap, rewrite("recap", "## Recap", "## The end"), "no recap"),
    (ends_with_a_recap, rewrite("recap", "- One.\n- Two.", "One. Two."), "no points"),
    (ends_with_a_recap, rewrite("recap", "?", "."), "question"),
    (
        ends_with_a_recap,
        lambda n, c: n.cells.extend([n.cells.pop(1), nbformat.v4.new_markdown_cell("On?")]),
        "no recap",
    ),
    (
        explains_its_pictures,
        lambda n, c: n.cells.insert(4, nbformat.v4.new_code_cell("1", id="between")),
        "no sentence",
    ),
    (has_whole_exercises, tag("exercise-1"), "there are 2 exercises"),
    (has_whole_exercises, rewrite("exercise-2-task", "1.2", "1.3"), "exercise 1.2"),
    (has_whole_exercises, rewrite("exercise-2", "...", "3"), "no ..."),
    (has_whole_exercises, rewrite("exercise-2-check", "1.2", "1.3"), "no check of its own"),
    (has_whole_exercises, rewrite("exercise-2-check", "check", "x = 3\ncheck"), "no check"),
    (has_whole_exercises, lambda n, c: n.cells.remove(c["exercise-2-check"]), "exercise 1.2"),
    (has_whole_exercises, rewrite("exercise-2-folded", "Hint", "Help"), "no folded hint"),
    (has_whole_exercises, rewrite("exercise-2-folded", "```python", "```"), "no folded solution"),
    (has_whole_exercises, rewrite("exercise-2-folded", "Three it is.", ""), "why"),
    (has_whole_exercises, rewrite("exercise-3-folded", "is.\n\n</details>", "is."), "not close"),
    (
        has_whole_exercises,
        rewrite("exercise-3-folded", "<details><summary>Hint", "Count.\n\n<details><summary>Hint"),
        "not folded",
    ),
    (types_no_results, rewrite("number", "6 * 7", "42"), "shows 42"),
    (types_no_results, rewrite("number", "6 * 7", "len('ab'), 2.5"), "shows 2.5"),
    (types_no_results, rewrite("number", "6 * 7", "print('loss', 2.4540)"), "shows 2.454"),
    (types_no_results, rewrite("number", "6 * 7", "f'loss {2.4540:.4f}'"), "shows 2.454"),
    (types_no_results, rewrite("number", "6 * 7", "print('loss 2.4540')"), "result 2.4540"),
    (types_no_results, rewrite("number", "6 * 7", "print(f'{6 * 7} 0.0012')"), "result 0.0012"),
    (quotes_only_what_came_out, rewrite("prose", "see", "the loss is 2.4540, see"), "2.4540"),
    (quotes_only_what_came_out, rewrite("recap", "Two.", "Of 32,033 names."), "32,033"),
    (quotes_only_what_came_out, rewrite("prose", "see", "of 43 names, see"), "43"),
    (quotes_only_what_came_out, rewrite("prose", "see", "one in eight, see"), "one in eight"),
    (quotes_only_what_came_out, rewrite("prose", "see", "3/4 of them, see"), "3/4"),
    (quotes_only_what_came_out, rewrite("prose", "see", "two thirds of them, see"), "two thirds"),
    (quotes_only_what_came_out, rewrite("prose", "see", "in 12 % of them, see"), "12 %"),
    (quotes_only_what_came_out, rewrite("recap", "Two.", "There are 42 of them."), "42"),
    (quotes_only_what_came_out, rewrite("exercise-1-folded", "Three", "Of 52 names three"), "52"),
    (is_small, rewrite("number", "6", "#" * 3_000_000 + "\n6"), "bytes"),
    (speaks_plainly, rewrite("prose", "Adjust", "Just adjust"), "'Just'"),
    (speaks_plainly, rewrite("prose", "see", "simply see"), "'simply'"),
    (speaks_plainly, rewrite("prose", "example.org).", "example.org)!"), "'!'"),
    (speaks_plainly, rewrite("exercise-1-folded", "Three it is.", "Three!"), "'!'"),
]


@pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId")
@pytest.mark.parametrize(("rule", "change", "says"), BREAKS)
def test_each_rule_catches_what_breaks_it(course, rule, change, says):
    path = course / "01_again.ipynb"
    spoil(path, change)
    complaints = list(rule(path))
    assert complaints
    assert any(says in complaint for complaint in complaints), complaints


def test_every_rule_is_tested():
    assert {rule for rule, _, _ in BREAKS} == set(RULES)


def test_a_good_course_is_one_chain_and_on_the_map(course):
    assert list(is_one_chain(course)) == []
    readme = "| [Hello](notebooks/00_hello.ipynb) | [Again](notebooks/01_again.ipynb) |"
    assert list(is_on_the_map(course, readme)) == []
    assert len(list(is_on_the_map(course, readme.replace("01_again", "01_other")))) == 1


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("00_hello.ipynb", rewrite("recap", "01_again.ipynb", "00_hello.ipynb")),
        ("00_hello.ipynb", rewrite("recap", "1 · Again", "1 · Another")),
        ("01_again.ipynb", rewrite("recap", "[← 0 · Hello](00_hello.ipynb)", "")),
        ("01_again.ipynb", rewrite("title", "[0 · Hello](00_hello.ipynb)", "nothing")),
        ("01_again.ipynb", rewrite("title", "Again", "Once more")),
    ],
)
def test_a_broken_chain_is_caught(course, name, change):
    spoil(course / name, change)
    assert list(is_one_chain(course))


def test_a_gap_in_the_numbers_is_caught(course):
    (course / "01_again.ipynb").rename(course / "02_again.ipynb")
    assert "the lessons are not numbered from 0 without a gap" in list(is_one_chain(course))


def test_running_a_cell_gives_what_its_last_line_gives():
    namespace = {}
    assert run_cell("x = 6\nx * 7", namespace) == 42
    assert run_cell("x = 7", namespace) is None
    assert run_cell("", namespace) is None
    assert namespace["x"] == 7
