from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "matchmaker.notices"
    label = "notices"
