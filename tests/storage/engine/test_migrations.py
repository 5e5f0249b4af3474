"""A database is brought to the present schema, once, and never by an older program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, inspect, text

import bme_quiz.storage.migrations as migrations
from bme_quiz.services.store import Store, make_store
from bme_quiz.storage.engine.errors import StorageError
from bme_quiz.storage.engine.schema import metadata
from tests.support.attempts import ME, attempt
from tests.support.programs import begin_together, programs, said

FOLDER = Path(migrations.__file__).parent


def test_the_steps_lead_to_the_tables_that_the_program_uses(store: Store) -> None:
    found = store.database.read(
        lambda c: list(compare_metadata(MigrationContext.configure(c), metadata))
    )
    assert found == []


def test_the_steps_are_one_line_and_its_end_is_known() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert script.get_heads() == [migrations.HEAD]
    assert [s.revision for s in script.walk_revisions()][::-1] == [
        f"{number:04d}" for number in range(1, int(migrations.HEAD) + 1)
    ]


def test_a_database_of_a_newer_program_is_refused_and_left_alone(
    store: Store, address: str
) -> None:
    store.attempts.add(ME, attempt())
    store.database.write(
        lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    newer = make_store(address)
    for _ in range(2):
        with pytest.raises(StorageError, match=r"newer version of this program.*9999"):
            newer.attempts.latest(ME)
    newer.database.close()
    # The one that was open before goes on: the tables it knows are there.
    assert store.attempts.latest(ME) == attempt()


def test_a_step_that_fails_leaves_nothing_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = op.create_index

    def fails_late(name: str, *arguments: Any) -> None:
        if name == "ix_code_tries_tried_at":
            raise RuntimeError("in the middle")
        real(name, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(op, "create_index", fails_late)
        with pytest.raises(RuntimeError, match="in the middle"):
            store.database.open()
    engine = create_engine(store.database.url, poolclass=NullPool)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    store.attempts.add(ME, attempt())
    assert store.attempts.latest(ME) == attempt()


START = """
import sys
from bme_quiz.services.store import make_store
from tests.support.attempts import attempt
print("ready", flush=True)
sys.stdin.readline()
store = make_store(sys.argv[1])
store.attempts.add(sys.argv[2], attempt(sys.argv[2]))
print(store.attempts.latest(sys.argv[2]).id)
store.database.close()
"""


@pytest.mark.slow
def test_programs_that_start_at_once_on_an_empty_database_all_work(address: str) -> None:
    names = [f"p{n}" for n in range(6)]
    with programs(*([sys.executable, "-c", START, address, name] for name in names)) as started:
        begin_together(started)
        assert [said(program) for program in started] == names


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("nonsense", "not one that can be read"),
        ("mysql://x/y", "'mysql' is not known"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_a_sentence(
    address: str, sentence: str
) -> None:
    with pytest.raises(StorageError, match=sentence):
        make_store(address)


def test_a_password_stands_in_no_sentence() -> None:
    store = make_store("postgresql://anna:geheim@127.0.0.1:1/quiz")
    with pytest.raises(StorageError, match=r"anna:.*does not answer") as caught:
        store.database.open()
    assert "geheim" not in str(caught.value)
