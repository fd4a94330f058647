"""A person's own data: to read, to take along, to certify, to have forgotten; how long each kind is kept."""
