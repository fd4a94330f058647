"""What can be done about lists: upload, check, confirm, run, withdraw; and clearing them away."""

from matchmaker.lists.actions.checking import check_import
from matchmaker.lists.actions.confirming import confirm_import, withdraw_import
from matchmaker.lists.actions.purging import purge_imports
from matchmaker.lists.actions.running import run_import
from matchmaker.lists.actions.uploading import upload_list

__all__ = ["check_import", "confirm_import", "purge_imports", "run_import", "upload_list", "withdraw_import"]
