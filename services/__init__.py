"""The services of a fair. They share chassis and contracts, no database, and never call or import each other."""
