"""The whole suite in one process: SQLite files and the local bus under one directory, the same code as deployed."""
