from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "matchmaker.jobs"
    label = "jobs"
