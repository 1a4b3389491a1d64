"""Who else is here, and what is new since the page was shown."""

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.canvas import actions, selectors
from mlcanvas.domain.canonical import digest
from mlcanvas.projects import access
from mlcanvas.web.http import Request


@require_safe
def news(request: Request, slug: str, template: str) -> HttpResponse:
    """What each block holds and who is in it, as JSON; 304 when the page, which names its last answer, knows it all.

    Asked every few seconds by every open page: one query beyond sign-in and access.
    """
    project = access.visible(request, slug)
    if template not in catalog.canvas_templates():
        raise Http404
    found = selectors.signs(project, template)
    blocks: dict[str, dict[str, object]] = {}
    here = []
    for sign in found:
        if sign.kind == "here":
            if sign.user != request.user.pk:
                person = User(pk=sign.user, name=sign.name)
                here.append({"name": sign.name, "initials": person.initials, "hue": person.hue, "block": sign.block})
        else:
            about = blocks.setdefault(sign.block, {})
            about[sign.kind] = sign.number
            if sign.kind == "text":
                about["who"] = sign.name
    here.sort(key=lambda person: str(person["name"]))
    known = f'"{digest({"blocks": blocks, "here": here})[:24]}"'
    response: HttpResponse
    # A compressed answer went out with a weak tag.
    if request.headers.get("If-None-Match", "").removeprefix("W/") == known:
        response = HttpResponse(status=304)
    else:
        response = JsonResponse({"blocks": blocks, "here": here})
    response.headers["ETag"] = known
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_POST
def here(request: Request, slug: str, template: str) -> HttpResponse:
    """Say in which block this person is now, or with `gone` that the page is closed. Readers are people, too."""
    project = access.visible(request, slug)
    known = catalog.canvas_templates().get(template)
    block = request.POST.get("block", "")
    if known is None or (block and block not in known.blocks):
        raise Http404
    if "gone" in request.POST:
        actions.leave(project=project, template=template, by=request.user)
    else:
        actions.arrive(project=project, template=template, block=block, by=request.user)
    return HttpResponse(status=204)
