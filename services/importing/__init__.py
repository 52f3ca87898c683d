"""`python -m services import`: spreadsheets into registration's database, from the terminal."""
