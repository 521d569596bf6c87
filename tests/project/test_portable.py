"""tools/portable.py: which runs it makes, with which environment, and what it says of them."""

import os
import subprocess
import sys

import pytest
import torch
from shared.lessons import ROOT
from shared.scripts import load_tool

portable = load_tool("portable")


@pytest.mark.parametrize(
    ("capability", "kinds"),
    [
        ("AVX512", ["default", "avx2", "avx512"]),
        ("AVX2", ["default", "avx2"]),
        ("DEFAULT", ["default"]),
        ("SVE256", ["default"]),
    ],
)
def test_every_kind_up_to_this_processors_is_tried(monkeypatch, capability, kinds):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    assert portable.kinds_here() == kinds


@pytest.mark.parametrize("broken", [None, ("avx2", "2")])
def test_each_kind_runs_with_one_thread_and_two(monkeypatch, capsys, broken):
    ran = []

    def pretend(command, cwd, env):
        assert command[-1] == "notebooks"
        assert cwd == ROOT
        assert env["PATH"] == os.environ["PATH"]
        ran.append((env["ATEN_CPU_CAPABILITY"], env["OMP_NUM_THREADS"]))
        return subprocess.CompletedProcess(command, int(ran[-1] == broken))

    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setattr(sys, "argv", ["portable.py"])
    assert portable.main() == (1 if broken else 0)
    assert ran == [("default", "1"), ("default", "2"), ("avx2", "1"), ("avx2", "2")]
    said = capsys.readouterr().out
    assert said.count("NOT AS SAVED") == (1 if broken else 0)
    assert "this processor has none: avx512." in said


def test_one_is_the_way_furthest_from_this_processor(monkeypatch, capsys):
    ran = []

    def pretend(command, cwd, env):
        ran.append((env["ATEN_CPU_CAPABILITY"], env["OMP_NUM_THREADS"], command[4:]))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setattr(sys, "argv", ["portable.py", "--one", "-x"])
    assert portable.main() == 0
    assert ran == [("default", "2", ["-x"])]
    assert "Not tried" not in capsys.readouterr().out


def test_what_it_sets_reaches_pytorch(tmp_path, capfd):
    """In another process, with another environment, PyTorch says what it was told."""
    (tmp_path / "test_seen.py").write_text(
        "import torch\n"
        "def test_seen():\n"
        "    assert torch.backends.cpu.get_cpu_capability() == 'DEFAULT'\n"
        "    assert torch.get_num_threads() == 1\n"
    )
    arguments = ["-n0", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)]
    assert portable.run("default", 1, arguments).status == 0, capfd.readouterr().out
