"""From the bytes of a file to rows of text, under the names of our columns."""

from matchmaker.lists.reading.files import read_list
from matchmaker.lists.reading.table import ListNotReadable, ListTooLarge, Table

__all__ = ["ListNotReadable", "ListTooLarge", "Table", "read_list"]
