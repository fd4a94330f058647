from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "matchmaker.records"
    label = "records"
