"""The outbox: names of background work, enqueue, relay and sweep."""
