"""The models of this room, where Django looks for them."""

from home.identity import SiteIdentity
from home.pages import HomePage, NoticeIndexPage, NoticePage, PlainPage

__all__ = ["HomePage", "NoticeIndexPage", "NoticePage", "PlainPage", "SiteIdentity"]
