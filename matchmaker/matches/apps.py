from django.apps import AppConfig


class MatchesConfig(AppConfig):
    name = "matchmaker.matches"
    label = "matches"
