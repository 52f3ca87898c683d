"""The services of a fair. They share the chassis and the contracts, no database, and never call or import each other."""
