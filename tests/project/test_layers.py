"""The layers point one way, and some packages stay where they belong."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.courses import ROOT

PACKAGE = ROOT / "bme_quiz"
LAYERS = ["content", "rules", "storage", "services"]
ON_TOP = ["ui", "server", "cli"]
# Knows nothing of the package; every layer may import it.
BELOW = "routes"
# What else a layer may import of the package. The server puts the pages and the routes
# together; the command line starts the server.
MAY_IMPORT = {
    **{layer: set(LAYERS[: i + 1]) for i, layer in enumerate(LAYERS)},
    "ui": {*LAYERS, "ui"},
    "server": {*LAYERS, "ui", "server"},
    "cli": {*LAYERS, "server", "cli"},
}
# The script that starts the server makes the st.App; the internals are kept in one module.
STREAMLIT_OUTSIDE_UI = {"server/http/serve.py", "server/http/streamlit_internals.py"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import hides its layer"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_from_its_layer_and_below(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0]
    if layer == f"{BELOW}.py":
        assert not any(name.startswith("bme_quiz") for name in imports(path))
    if layer.endswith(".py"):
        return  # __init__ and __main__ stand above the layers
    names = {name for name in imports(path) if name.startswith("bme_quiz.")}
    if layer == "ui":
        # Pages must be able to say that the database is away; all else goes through services.
        names = {n for n in names if not n.startswith("bme_quiz.storage.engine.errors")}
        assert not {n for n in names if n.startswith("bme_quiz.storage")}
    used = {name.split(".")[1] for name in names}
    assert used <= {*MAY_IMPORT[layer], BELOW}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_pages_and_server_know_streamlit_and_only_storage_knows_sql(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    used = {name.split(".")[0] for name in imports(path)}
    if not place.startswith("ui/") and place not in STREAMLIT_OUTSIDE_UI:
        assert "streamlit" not in used
    if not place.startswith("storage/"):
        assert not used & {"sqlalchemy", "sqlite3", "psycopg", "alembic"}


@pytest.mark.slow
def test_the_learners_path_loads_no_table_library() -> None:
    """pandas, altair and pyarrow cost a second at start and tens of megabytes."""
    script = (
        "import sys; from streamlit.testing.v1 import AppTest;"
        f"t = AppTest.from_file({str(PACKAGE / 'ui' / 'main.py')!r}, default_timeout=30).run();"
        "assert not t.exception, t.exception;"
        "t.button[0].click().run(); assert not t.exception;"
        "print([m for m in ('pandas', 'altair', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]", done.stderr
