"""The taxonomy of services, from its file into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from matchmaker.needs import actions


class Command(BaseCommand):
    help = "Load the service types from matchmaker/needs/taxonomy; types that left the file are retired."

    def handle(self, *args: Any, **options: Any) -> None:
        count = actions.load_service_types()
        self.stdout.write(f"{count} service types are in force.")
