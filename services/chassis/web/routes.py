"""What services build their HTTP interface from."""

from services.chassis.web.commanding import command_route
from services.chassis.web.reading import item_route, list_route, query_route
from services.chassis.web.visibility import Visible

__all__ = ["Visible", "command_route", "item_route", "list_route", "query_route"]
