from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "matchmaker.community"
    label = "community"
