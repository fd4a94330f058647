"""What a new community is to consist of, before anything of it stands: read, checked, then started in one step."""
