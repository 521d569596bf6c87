"""`make refresh`: runs every notebook anew, and a second time changes nothing."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared.scripts import load_tool

ROOT = Path(__file__).resolve().parents[2]

refresh = load_tool("refresh")


def code(source, *tags, outputs=()):
    return nbformat.v4.new_code_cell(
        source, metadata={"tags": list(tags)} if tags else {}, outputs=list(outputs)
    )


def save(path, *cells):
    """Write a notebook as it comes from another computer: its kernel, its widgets, its timings."""
    nb = nbformat.v4.new_notebook(cells=list(cells))
    nb.metadata = {
        "kernelspec": {"display_name": "Mine", "language": "julia", "name": "mine"},
        "language_info": {"name": "python", "version": "3.11.2"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    nb.cells[0].metadata["execution"] = {"iopub.status.busy": "2020-01-01T00:00:00Z"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)
    return path


def stdout(text):
    return nbformat.v4.new_output("stream", name="stdout", text=text)


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """A notebook with everything that differs from run to run, refreshed; and its project."""
    project = tmp_path_factory.mktemp("a project") / "lessons"
    project.mkdir()
    (project / "broken.py").write_text("def divide():\n    return 1 / 0\n")
    path = save(
        project / "notebooks" / "lesson.ipynb",
        code(
            "import sys, time\nfrom pathlib import Path\n"
            "for word in ('one', 'two'):\n    print(word, flush=True)"
        ),
        code("import ipywidgets\nipywidgets.IntSlider(description='k')"),
        code("import matplotlib.pyplot as plt\nplt.plot([1, 2]);"),
        code(
            "sys.path.insert(0, '..')\nimport broken\nbroken.divide()",
            "raises-exception",
        ),
        code("import warnings\nwarnings.warn('careful')"),
        code("print(time.perf_counter())", "nbval-ignore-output", outputs=[stdout("12.5\n")]),
        code("print(time.perf_counter())", "nbval-ignore-output"),
        code("print(sys.executable)\nprint(Path.cwd())"),
        code(
            "from IPython.display import display\nfor i in range(3):\n    display(i)\n    print(i)"
        ),
    )
    assert refresh.refresh(path, project)
    return path, project


@pytest.fixture(scope="module")
def outputs(refreshed):
    return [cell.outputs for cell in nbformat.read(refreshed[0], as_version=4).cells]


class TestASecondRefreshChangesNothing:
    def test_not_one_byte(self, refreshed):
        path, project = refreshed
        before = path.read_bytes()
        assert not refresh.refresh(path, project)
        assert path.read_bytes() == before

    def test_and_leaves_nothing_beside_it(self, refreshed):
        assert [file.name for file in refreshed[0].parent.iterdir()] == ["lesson.ipynb"]


class TestTheKernel:
    def test_is_that_of_this_environment(self):
        spec = refresh.KernelOfThisPython(kernel_name="mine").kernel_spec
        assert spec.argv[0] == sys.executable

    def test_ends_with_its_notebook(self, tmp_path):
        path = save(tmp_path / "a.ipynb", code("import os\nprint(os.getpid())"))
        refresh.refresh(path)
        pid = int(nbformat.read(path, as_version=4).cells[0].outputs[0].text)
        assert not psutil.pid_exists(pid)


class TestWhatDiffersIsStripped:
    def test_metadata_of_kernel_widgets_and_timing(self, refreshed):
        nb = nbformat.read(refreshed[0], as_version=4)
        assert nb.metadata.kernelspec.name == "python3"
        assert "version" not in nb.metadata.language_info
        assert "widgets" not in nb.metadata
        assert all("execution" not in cell.metadata for cell in nb.cells)

    def test_a_widget_keeps_what_a_viewer_can_show(self, outputs):
        (slider,) = outputs[1]
        assert list(slider.data) == ["text/plain"]
        assert slider.data["text/plain"].startswith("IntSlider(")

    def test_an_output_that_held_only_a_widget_is_dropped(self):
        only = {refresh.WIDGET_VIEW: {"model_id": "1f"}}
        nb = nbformat.v4.new_notebook(
            cells=[code("x", outputs=[nbformat.v4.new_output("display_data", data=only)])]
        )
        refresh.clean(nb)
        assert nb.cells[0].outputs == []

    def test_streams_are_whole(self, outputs):
        assert [(o.name, o.text) for o in outputs[0]] == [("stdout", "one\ntwo\n")]

    def test_places_in_tracebacks_warnings_and_prints(self, refreshed, outputs):
        text = refreshed[0].read_text()
        for place in (refreshed[1], ROOT, Path(sys.prefix), Path.home()):
            assert str(place) not in text
        assert "ipykernel_" not in text
        (error,) = outputs[3]
        assert any("\x1b[" in line and "broken.py:2" in line for line in error.traceback)
        assert outputs[4][0].text.startswith("<cell>:2: UserWarning: careful")
        assert outputs[7][0].text.endswith("\nnotebooks\n")


class TestTimings:
    def test_are_kept_as_they_are(self, outputs):
        assert outputs[5] == [stdout("12.5\n")]

    def test_are_made_where_there_are_none(self, outputs):
        assert float(outputs[6][0].text) > 0

    def test_a_kept_result_is_numbered_as_its_cell_is_now(self, tmp_path):
        old = nbformat.v4.new_output("execute_result", data={"text/plain": "9"}, execution_count=7)
        path = save(
            tmp_path / "a.ipynb", code("1"), code("2", "nbval-ignore-output", outputs=[old])
        )
        refresh.refresh(path)
        cell = nbformat.read(path, as_version=4).cells[1]
        assert (cell.execution_count, cell.outputs[0].execution_count) == (2, 2)
        assert cell.outputs[0].data["text/plain"] == "9"


class TestANotebookThatFails:
    def test_is_left_as_it_was_and_named_with_its_cell(self, tmp_path, capsys):
        bad = save(tmp_path / "bad.ipynb", code("1"), code("\n1 / 0\n2", outputs=[stdout("old")]))
        good = save(tmp_path / "good.ipynb", code("print(1 + 1)"))
        before = bad.read_bytes()
        assert refresh.main([str(bad), str(good)]) == 1
        assert bad.read_bytes() == before
        out, err = capsys.readouterr()
        assert "bad.ipynb: not refreshed. code cell 2 ('1 / 0'): ZeroDivisionError" in err
        assert "good.ipynb: changed" in out

    @pytest.mark.parametrize(
        ("source", "seconds"),
        [("import os\nos._exit(1)", 60), ("import time\ntime.sleep(60)", 1)],
        ids=["dies", "hangs"],
    )
    def test_also_where_the_kernel_dies_or_hangs(self, tmp_path, monkeypatch, source, seconds):
        monkeypatch.setattr(refresh, "CELL_SECONDS", seconds)
        path = save(tmp_path / "a.ipynb", code(source))
        before = path.read_bytes()
        with pytest.raises(refresh.RefreshError, match="code cell 1"):
            refresh.refresh(path)
        assert path.read_bytes() == before

    def test_also_where_it_is_stopped(self, tmp_path):
        started = tmp_path / "started"
        source = f"import time\nopen({str(started)!r}, 'w').close()\ntime.sleep(60)"
        path = save(tmp_path / "a.ipynb", code(source))
        before = path.read_bytes()
        program = [sys.executable, str(ROOT / "tools" / "refresh.py"), str(path)]
        process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while not started.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        kernels = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert err.endswith("a.ipynb: stopped, and left as it was.\n")
        assert "Traceback" not in err
        assert path.read_bytes() == before
        assert kernels
        assert not any(kernel.is_running() for kernel in kernels)

    def test_a_file_that_is_no_notebook(self, tmp_path, capsys):
        path = tmp_path / "a.ipynb"
        path.write_text("not JSON")
        assert refresh.main([str(path)]) == 1
        assert "a.ipynb: not refreshed." in capsys.readouterr().err


HOME = "/ho" + "me/ada"  # in two parts: no file of the project may hold a home folder


class TestPlaces:
    root, home = Path(f"{HOME}/course"), Path(HOME)

    @pytest.mark.parametrize(
        ("text", "cleaned"),
        [
            (f"File {HOME}/course/helpers/names.py:3", "File helpers/names.py:3"),
            ("\x1b[32m~/course/helpers/names.py:3\x1b[39m", "\x1b[32mhelpers/names.py:3\x1b[39m"),
            (f"{HOME}/course", "."),
            (f"{HOME}/course-2/a.py", "~/course-2/a.py"),
            (f"/mnt{HOME}/x", f"/mnt{HOME}/x"),
            (f"'{HOME}/names.txt'", "'~/names.txt'"),
        ],
    )
    def test_become_short(self, text, cleaned):
        assert refresh.clean_text(text, self.root, self.home) == cleaned

    @given(st.lists(st.sampled_from([f"{HOME}/course", HOME, "~/course", "/", " ", "a"])))
    def test_cleaning_again_changes_nothing(self, pieces):
        once = refresh.clean_text("\n".join(pieces), self.root, self.home)
        assert refresh.clean_text(once, self.root, self.home) == once
        assert f"{HOME}/course" not in once
