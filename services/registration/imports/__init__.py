"""Bulk import: spreadsheets of buyers, SMEs and requests become commands; every bad row is told."""

from services.registration.imports.columns import COLUMNS, KINDS, Kind, described
from services.registration.imports.report import Report
from services.registration.imports.running import Imported, Upload, import_file

__all__ = ["COLUMNS", "KINDS", "Imported", "Kind", "Report", "Upload", "described", "import_file"]
