"""Tables to take away: as the room below makes them."""

from courses.tables import FORMATS, download

__all__ = ["FORMATS", "download"]
