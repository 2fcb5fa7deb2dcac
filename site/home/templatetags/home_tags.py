"""What templates of every room may ask for: the frame around pages, covers, pages of a list."""

from django import template
from django.http import QueryDict
from django.templatetags.static import static

from home.frame import Frame, frame_of
from home.identity import SiteIdentity

register = template.Library()

SCENES = ("birches", "snowline", "aurora", "blueberries", "lamp", "river", "skitrack", "mushrooms", "larches", "kites")


@register.simple_tag(takes_context=True)
def site_frame(context):
    """Identity, main navigation and footer links of the site that is asked."""
    request = context.get("request")
    return frame_of(request) if request else Frame(identity=SiteIdentity())


@register.simple_tag
def scene_for(key):
    """The address of a drawn scene, always the same for one key (a page's id), different for neighbors."""
    return static(f"home/scenes/{SCENES[int(key) % len(SCENES)]}.svg")


@register.simple_tag(takes_context=True)
def query_with(context, **changes):
    """The present query string with some parameters changed; None or "" removes one. Starts with "?"."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"


@register.filter
def page_numbers(page):
    """The page numbers to link, with the paginator's ellipsis where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def is_section(url, request):
    """Whether the page of this request is this one, or below it."""
    path = request.path if request else ""
    return path.startswith(url) if url != "/" else path == "/"
