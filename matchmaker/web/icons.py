"""The signs that stand beside words: strokes on a field of 24 by 24, drawn for this project."""

from typing import Final

ICONS: Final[dict[str, str]] = {
    "ask": '<path d="M4 20v-6l3-5 2 1-1 4h9a3 3 0 0 1 0 6z"/><path d="M12 9V3m-3 3 3-3 3 3"/>',
    "back": '<path d="M20 12H5m6-6-6 6 6 6"/>',
    "bridge": '<path d="M2 18c5-12 15-12 20 0M2 18h20M7 12v6m5-9v9m5-6v6"/>',
    "calendar": '<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 2v5m8-5v5"/>',
    "check": '<path d="m4 13 5 5L20 6"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l4 2"/>',
    "help": '<path d="M12 20 4.5 12.5a4.6 4.6 0 0 1 7.5-5 4.6 4.6 0 0 1 7.5 5z"/>',
    "home": '<path d="M3 11 12 3l9 8M5 10v10h14V10M10 20v-6h4v6"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="m11 12 9-9m-4 4 3 3"/>',
    "language": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c-6 5-6 13 0 18 6-5 6-13 0-18"/>',
    "large": '<path d="M3 19 8.5 5 14 19M5 14h7M16 19l3-8 3 8m-5-3h4"/>',
    "leave": '<path d="M10 4H5v16h5M9 12h11m-4-4 4 4-4 4"/>',
    "list": '<path d="M9 6h12M9 12h12M9 18h12M4 6h.01M4 12h.01M4 18h.01"/>',
    "no": '<circle cx="12" cy="12" r="9"/><path d="M8 12h8"/>',
    "people": (
        '<circle cx="8" cy="8" r="3.5"/><circle cx="17" cy="9" r="2.5"/><path d="M2 20c0-8 12-8 12 0m2-6c4 0 6 2 6 6"/>'
    ),
    "phone": '<path d="M5 3h4l2 5-3 2a12 12 0 0 0 6 6l2-3 5 2v4c-9 3-19-7-16-16"/>',
    "pin": '<path d="M12 22s7-7 7-12a7 7 0 0 0-14 0c0 5 7 12 7 12"/><circle cx="12" cy="10" r="2.5"/>',
    "speak": '<path d="M4 4h16v12h-9l-5 5v-5H4z"/>',
    "warn": '<path d="M12 3 2 21h20zM12 10v5m0 3h.01"/>',
}


def drawing(name: str) -> str:
    """The sign as SVG; hidden from screen readers, for a word always stands beside it; small without the styles too."""
    size = 'width="24" height="24" viewBox="0 0 24 24"'
    return f'<svg class="icon" {size} aria-hidden="true" focusable="false">{ICONS[name]}</svg>'
