"""Every name of background work has exactly one task, and no task goes without a name."""

import ast
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from matchmaker.celery import app
from matchmaker.jobs.names import LOOK, NAMES, PERIODIC


def task_names_in(path: Path) -> list[str]:
    """What stands after `name=` in each `@shared_task` of the file: `PURGE_DONE` for `names.PURGE_DONE`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "shared_task":
            named = {keyword.arg: keyword.value for keyword in node.keywords}.get("name")
            assert isinstance(named, ast.Attribute), f"{path}: a task is named by a constant of jobs/names.py"
            found.append(named.attr)
    return found


class TestJobNames:
    def test_have_exactly_one_task_each(self) -> None:
        files = sorted(Path(settings.ROOT, "matchmaker").glob("*/tasks.py"))

        declared = [name for path in files for name in task_names_in(path)]

        assert len(declared) == len(set(declared)) == len(NAMES)

    def test_are_what_the_worker_finds(self) -> None:
        autodiscover_modules("tasks")

        ours = {name for name, task in app.tasks.items() if task.__module__.startswith(("matchmaker.", "api."))}

        assert ours - {LOOK} == NAMES

    def test_of_periodic_work_need_no_payload(self) -> None:
        autodiscover_modules("tasks")

        arguments = {name: app.tasks[name].run.__code__.co_argcount for name in PERIODIC}

        assert arguments == dict.fromkeys(PERIODIC, 0)
