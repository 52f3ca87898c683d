"""What services build their HTTP interface from."""

from services.chassis.web.commanding import command_route
from services.chassis.web.files import File, file_route
from services.chassis.web.reading import item_route, list_route, query_route
from services.chassis.web.visibility import Visible

__all__ = ["File", "Visible", "command_route", "file_route", "item_route", "list_route", "query_route"]
