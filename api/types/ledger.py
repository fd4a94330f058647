"""The ledger of minutes."""

import graphene

from api.connections import connection_of
from api.ids import Node
from api.types.people import Person
from matchmaker.matches import models


class LedgerEntry(graphene.ObjectType):
    """Minutes that one person gave to another in one visit; each sees their own rows."""

    class Meta:
        interfaces = (Node,)
        possible_types = (models.LedgerEntry,)

    giver = graphene.Field(Person, description="Who gave the time; empty for a neighbour who was forgotten.")
    receiver = graphene.Field(Person, description="Who received it; empty for a neighbour who was forgotten.")
    minutes = graphene.Int(required=True, description="How many minutes.")
    at = graphene.DateTime(required=True, description="When both sides had confirmed it.")


LedgerEntryConnection = connection_of(LedgerEntry)
