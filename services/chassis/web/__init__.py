"""The HTTP side of every service: routes, problems, tokens, documents. Knows no domain."""
