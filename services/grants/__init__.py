"""Grants: programmes and their budgets, applications, evaluation, agreements and payments."""
