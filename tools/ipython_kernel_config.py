"""For the kernels of this environment alone: a word where a cell fails because of another one."""

c = get_config()  # noqa: F821
c.InteractiveShellApp.exec_lines = [
    "get_ipython().set_custom_exc((NameError, TypeError), lambda *a, **k: "
    "__import__('helpers.aid.first_aid', fromlist=['explain']).explain(*a, **k))"
]
