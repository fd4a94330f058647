"""Live updates by Server-Sent Events, in the distinct connections mode of graphql-sse.

`door.py` takes a request and sends the stream, `listening.py` looks when there is news, `watches.py` says what there is
to listen to, `seen.py` writes into each event's id what the listener has seen.
"""
