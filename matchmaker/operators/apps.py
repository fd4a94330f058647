"""The operators' tables stand in place of Django's own admin site."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class OperatorsConfig(AppConfig):
    name = "matchmaker.operators"
    label = "operators"
    default = True

    def ready(self) -> None:
        import_module("matchmaker.operators.admin")  # these tables alone: a library's own would let rows be changed


class OperatorsAdmin(SimpleAdminConfig):
    default = False
    default_site = "matchmaker.operators.site.OperatorSite"
