"""The pictures of the pages in docs/screens, taken by `make screens`."""
