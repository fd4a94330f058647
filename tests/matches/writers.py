"""What one of several processes does to a shared SQLite file: `python -m tests.matches.writers seed|write NUMBER`.

Each accepts the same proposal, then writes 150 times: a record, a job of its own, and a job that all ask for.
"""

import os
import sys

import django

WRITES = 150


def seed() -> None:
    from django.core.management import call_command

    from matchmaker.matches.models import ProposalState
    from tests.towns import proposal_for, small_town

    call_command("migrate", verbosity=0)
    town = small_town()
    print(proposal_for(town, state=ProposalState.AWAITING_ASKER).public_id)


def write(number: int, proposal_id: str) -> None:
    from uuid import UUID

    from django.db import transaction

    from matchmaker.errors import DomainError
    from matchmaker.jobs import names
    from matchmaker.jobs.actions import enqueue
    from matchmaker.matches import actions
    from matchmaker.matches.models import Proposal
    from matchmaker.records.actions import commit
    from tests.towns import NOW, viewer_of

    asker = Proposal.objects.get(public_id=proposal_id).need.for_person
    try:
        actions.accept_proposal(viewer=viewer_of(asker), proposal_id=UUID(proposal_id), now=NOW)
        print("ACCEPTED")
    except DomainError as refusal:
        print(refusal.code)
    for turn in range(WRITES):
        with transaction.atomic():
            commit(chain="writers", kind="written", facts={"writer": number, "turn": turn}, persons=[], now=NOW)
            enqueue(names.PURGE_DONE, {}, now=NOW, key=f"own:{number}:{turn}")
            enqueue(names.PURGE_DONE, {}, now=NOW, key=f"shared:{turn}")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "matchmaker.settings"
    django.setup()
    if sys.argv[1] == "seed":
        seed()
    else:
        write(int(sys.argv[2]), sys.argv[3])
