from django.apps import AppConfig
from django.core.checks import Tags, register


class RecordsConfig(AppConfig):
    name = "matchmaker.records"
    label = "records"

    def ready(self) -> None:
        from matchmaker.records.checks import guards_are_there

        register(guards_are_there, Tags.database)
