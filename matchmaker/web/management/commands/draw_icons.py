"""`manage.py draw_icons`: draws the icons of the installed app anew from bridge.svg."""

from typing import Any

from django.core.management.base import BaseCommand

from matchmaker.web.app_icons import FOLDER, SIZES, png_of


class Command(BaseCommand):
    help = "Draws the icons of the installed app from bridge.svg into the static files."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, (size, fill) in SIZES.items():
            (FOLDER / name).write_bytes(png_of(size, fill))
            self.stdout.write(f"{name}: {size} by {size}")
