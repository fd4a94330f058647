"""The sample community, the simulated month and the replay of real data."""
