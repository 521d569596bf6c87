"""What no file of the project may hold: the paths of a machine, the hosts of registries."""

import re

# Put together from parts, so that this file keeps its own rule.
_FOLDERS = "|".join(["root", "home", "work", "tmp", "Users"])
_REGISTRIES = ["py" + "pi", "python" + "hosted", "npm" + "js", "deb" + "ian", "ana" + "conda"]
_TRACES = re.compile(
    # An absolute path: not the end of another one, such as notebooks/work.
    rf"(?<![\w.~<-])/(?:{_FOLDERS})(?:/[\w.-]+|(?![\w/-]))"
    r"|\b[A-Z]:\\{1,2}\w+"
    rf"|(?:[\w-]+\.)*(?:{'|'.join(_REGISTRIES)})\.(?:org|com)\b"
)


def traces_of_a_machine(text: str) -> list[str]:
    """Absolute paths of a machine, and hosts of package registries."""
    return _TRACES.findall(text)
