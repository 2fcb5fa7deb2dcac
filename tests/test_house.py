"""The house of DESIGN §2 stands: imports point down, what is written down is what the code says."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from config import environment
from courses.states import MOVES, State

ROOT = Path(__file__).resolve().parents[1]
# Top of the house first. A room imports from those below it only.
ROOMS = ["config", "home", "partners", "courses", "payments", "notifications", "institutions", "accounts"]


def room_folder(room):
    """Where a room is; payments comes with a later issue."""
    inside_site = ROOT / "site" / room
    return inside_site if inside_site.exists() else ROOT / room


def imports_of(path):
    """The rooms that a module names in its imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module]
        for name in names:
            room = name.split(".")[0]
            if room in ROOMS:
                yield room


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_down(room):
    # Every room may read settings and environment through django.conf only, so `config` is no exception.
    allowed = ROOMS[ROOMS.index(room) :]
    wrong = [
        f"{path.relative_to(ROOT)} imports {imported}"
        for path in room_folder(room).rglob("*.py")
        for imported in imports_of(path)
        if imported not in allowed
    ]
    assert wrong == []


def test_site_is_a_folder_and_not_a_package():
    # The standard library owns the module name `site`: as a package ours could never be imported.
    assert not (ROOT / "site" / "__init__.py").exists()


def test_only_the_environment_module_reads_the_environment():
    readers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("site", "courses", "partners")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.(environ\b(?!\.setdefault)|getenv)", path.read_text(encoding="utf-8"))
    ]
    assert readers == ["site/config/environment.py"]


def test_the_settings_table_of_the_readme_is_what_the_code_reads():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.+) \|$", readme, re.MULTILINE)
    assert rows == [(one.name, one.default, one.meaning) for one in environment.VARIABLES]


def states_diagram():
    """The moves between the states of an enrollment as a Mermaid diagram, as the README shows it."""
    lines = ["stateDiagram-v2"]
    for source, targets in MOVES.items():
        lines += [f"    {source or '[*]'} --> {target}" for target in State.values if target in targets]
    lines += [f"    {state} --> [*]" for state in State.values if state not in MOVES]
    return "\n".join(lines)


def test_the_states_diagram_of_the_readme_is_made_from_the_table_of_moves():
    assert f"```mermaid\n{states_diagram()}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_files_that_the_readme_names_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)#:]+)\)", readme) + re.findall(r"`([\w./]+\.(?:py|md|conf|service))`", readme)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_public_name_says_what_it_is():
    silent = []
    for folder in ("site", "courses", "partners"):
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts and path.stat().st_size:
                silent += [f"{path.relative_to(ROOT)}: {name}" for name in without_docstring(path)]
    assert silent == []


def without_docstring(path):
    """The public names of a file, and the module itself, that have no docstring. Meta and its like need none."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    if not ast.get_docstring(module):
        yield "the module"
    classes = [node for node in module.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    for node in module.body + [member for parent in classes for member in parent.body]:
        is_public = isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
        if is_public and node.name not in ("Meta", "Media") and not ast.get_docstring(node):
            yield f"{node.name}, line {node.lineno}"


def test_modules_and_templates_stay_small():
    limits = {".py": 400, ".html": 120}
    too_long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for folder in ("site", "courses", "partners", "templates", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in limits and "migrations" not in path.parts
        for lines in [len(path.read_text(encoding="utf-8").splitlines())]
        if lines > limits[path.suffix]
    ]
    assert too_long == []
