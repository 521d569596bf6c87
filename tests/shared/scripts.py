"""The scripts of tools/ as modules, for tests that call their functions."""

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def load_website(*names: str) -> list[ModuleType]:
    """Modules of tools/website, by name."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return [import_module(f"website.{name}") for name in names]
    finally:
        sys.path.remove(str(ROOT / "tools"))


def load_tool(name: str) -> ModuleType:
    """The module of tools/NAME.py, made anew at each call."""
    spec = spec_from_file_location(f"tools_{name}", ROOT / "tools" / f"{name}.py")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # where its dataclasses look for it
    spec.loader.exec_module(module)
    return module
