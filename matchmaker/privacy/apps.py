from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "matchmaker.privacy"
    label = "privacy"
