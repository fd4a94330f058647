"""The pure engine: plain values in, plain numbers and reasons out."""
