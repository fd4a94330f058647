from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "matchmaker.needs"
    label = "needs"
