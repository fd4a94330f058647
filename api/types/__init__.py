"""GraphQL types: what a row shows, and to whom; who may see what is decided in the queries."""
