"""The site's addresses and /hello/."""

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from tests.bench import hello

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*hello.urlpatterns, *urlpatterns]
