"""Where addresses of earlier versions lead today: they stand in letters that were sent.

The answer is given before anything is looked up: it does not depend on what is there.
"""

import re

from pyramid.httpexceptions import HTTPException, HTTPMovedPermanently, HTTPPermanentRedirect

from views.web.request import Request

FORMER: tuple[tuple[str, str], ...] = (
    ("/awarded", "awards"),
    ("/awarded/{reference}", "award"),
    ("/session/go-on", "session.extend"),
    ("/organisations/{number}/members/{member}/end", "organisation.member.remove"),
    (
        "/organisations/{number}/invitations/{invitation}/end",
        "organisation.invitation.withdraw",
    ),
    ("/proposals/{reference}/hand-in", "proposal.submit"),
    ("/proposals/{reference}/take-back", "proposal.reopen"),
    ("/proposals/{reference}/team/{member}/end", "proposal.guest.remove"),
    ("/proposals/{reference}/invitations/{invitation}/end", "proposal.invitation.withdraw"),
    ("/proposals/{reference}/conclude", "proposal.check.complete"),
    ("/proposals/{reference}/reviewers/{number}/void", "proposal.review.exclude"),
    ("/manage/funds/{fund}/mail", "manage.emails"),
    ("/manage/funds/{fund}/invitations/{invitation}/end", "manage.invitation.withdraw"),
    ("/manage/calls/{code}/conflicts", "manage.interests"),
    ("/manage/calls/{code}/letters", "manage.decisions"),
    ("/manage/calls/{code}/ranking/again", "manage.ranking.recompute"),
    ("/projects/{reference}/fail", "project.cancel"),
    ("/projects/{reference}/signing", "project.signature_date"),
    ("/projects/{reference}/deliverables/{number}/deliver", "deliverable.submit"),
    ("/projects/{reference}/deliverables/{number}/take-back", "deliverable.reopen"),
)
"""What an address was, and the name of the route that stands for the same today."""

_FORMER = tuple(
    (re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", address)), name) for address, name in FORMER
)


def redirect(request: Request) -> HTTPException | None:
    """Return the answer that sends a former address to today's; None for any other.

    A page has moved for good (301). What was posted is sent again as it is (308).
    """
    for pattern, name in _FORMER:
        if found := pattern.fullmatch(request.path_info):
            query = f"?{request.query_string}" if request.query_string else ""
            location = request.route_path(name, **found.groupdict()) + query
            reads = request.method in ("GET", "HEAD")
            return (HTTPMovedPermanently if reads else HTTPPermanentRedirect)(location)
    return None
