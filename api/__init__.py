"""The GraphQL door: schema, types, queries and mutations."""
