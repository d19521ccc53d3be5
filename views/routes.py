"""The addresses of the portal, in one table.

Each line: name, address, what it stands for (a factory of `views.resources`)
and the keys to look up in it. Without a factory an address is public.
"""

from pyramid.config import Configurator

from grants import logs

# fmt: off
ROUTES: tuple[tuple[str, str, str | None, str | None], ...] = (
    # Everybody
    ("home",                 "/",                                        None, None),
    ("calls",                "/calls",                                   None, None),
    ("call",                 "/calls/{code}",                            "PublishedCalls", "/{code}"),
    ("call.start",           "/calls/{code}/start",                      "PublishedCalls", "/{code}"),
    ("awards",               "/awarded",                                 None, None),
    ("award",                "/awarded/{reference}",                     None, None),
    ("calendar",             "/calendar",                                None, None),
    ("calendar.ics",         "/calendar.ics",                            None, None),
    ("event.ics",            "/calendar/{token}.ics",                    None, None),
    ("accessibility",        "/accessibility",                           None, None),
    ("privacy",              "/privacy",                                 None, None),
    ("fund.css",             "/fund.css",                                None, None),
    ("healthz",              "/healthz",                                 None, None),
    ("language",             "/language",                                None, None),
    ("dev.mail",             "/dev/mail",                                None, None),
    ("dev.clock",            "/dev/clock",                               None, None),
    ("dev.letter",           "/dev/mail/{name}",                         None, None),
    # People
    ("register",             "/register",                                None, None),
    ("confirm",              "/confirm/{token}",                         None, None),
    ("confirm.again",        "/confirm",                                 None, None),
    ("sign_in",              "/sign-in",                                 None, None),
    ("sign_out",             "/sign-out",                                None, None),
    ("sign_out.everywhere",  "/sign-out-everywhere",                     None, None),
    ("forgot",               "/forgot",                                  None, None),
    ("reset",                "/reset/{token}",                           None, None),
    ("invitation",           "/invitations/{token}",                     None, None),
    ("session.go_on",        "/session/go-on",                           None, None),
    ("resume",               "/resume",                                  None, None),
    ("account",              "/account",                                 None, None),
    ("work",                 "/work",                                    None, None),
    ("organisations.new",    "/organisations/new",                       None, None),
    ("organisation",         "/organisations/{number:\\d{1,9}}",             "Organisations", "/{number}"),
    ("organisation.invite",  "/organisations/{number:\\d{1,9}}/invite",      "Organisations", "/{number}"),
    ("organisation.member.end", "/organisations/{number:\\d{1,9}}/members/{member:\\d{1,9}}/end", "Organisations", "/{number}"),
    ("organisation.invitation.end", "/organisations/{number:\\d{1,9}}/invitations/{invitation:\\d{1,9}}/end", "Organisations", "/{number}"),
    # Administrators of the portal
    ("accounts",             "/accounts",                                "Portals", "/accounts"),
    ("account.block",        "/accounts/{number:\\d{1,9}}/block",        "Portals", "/accounts"),
    ("account.unblock",      "/accounts/{number:\\d{1,9}}/unblock",      "Portals", "/accounts"),
    # Proposals, to their teams and to the fund
    ("proposal",             "/proposals/{reference}",                   "Proposals", "/{reference}"),
    ("proposal.section",     "/proposals/{reference}/sections/{section}", "Proposals", "/{reference}"),
    ("proposal.upload",      "/proposals/{reference}/files/{field}",     "Proposals", "/{reference}"),
    ("proposal.file",        "/proposals/{reference}/file/{token}",      "Proposals", "/{reference}"),
    ("proposal.preview",     "/proposals/{reference}/preview",           "Proposals", "/{reference}"),
    ("proposal.pdf",         "/proposals/{reference}/proposal.pdf",      "Proposals", "/{reference}"),
    ("proposal.submit",      "/proposals/{reference}/hand-in",           "Proposals", "/{reference}"),
    ("proposal.take_back",   "/proposals/{reference}/take-back",         "Proposals", "/{reference}"),
    ("proposal.invite",      "/proposals/{reference}/invite",            "Proposals", "/{reference}"),
    ("proposal.guest.end",   "/proposals/{reference}/team/{member:\\d{1,9}}/end", "Proposals", "/{reference}"),
    ("proposal.invitation.end", "/proposals/{reference}/invitations/{invitation:\\d{1,9}}/end", "Proposals", "/{reference}"),
    ("proposal.withdraw",    "/proposals/{reference}/withdraw",          "Proposals", "/{reference}"),
    ("proposal.restore",     "/proposals/{reference}/restore",           "Proposals", "/{reference}"),
    ("proposal.receipt",     "/proposals/{reference}/receipt",           "Proposals", "/{reference}"),
    ("proposal.receipt.pdf", "/proposals/{reference}/receipt.pdf",       "Proposals", "/{reference}"),
    ("proposal.letter.pdf",  "/proposals/{reference}/letter.pdf",        "Proposals", "/{reference}"),
    ("proposal.check",       "/proposals/{reference}/check",             "Proposals", "/{reference}"),
    ("proposal.conclude",    "/proposals/{reference}/conclude",          "Proposals", "/{reference}"),
    ("proposal.assign",      "/proposals/{reference}/reviewers",         "Proposals", "/{reference}"),
    ("proposal.reopen",      "/proposals/{reference}/reviewers/{number:\\d{1,9}}/reopen", "Proposals", "/{reference}"),
    ("proposal.void",        "/proposals/{reference}/reviewers/{number:\\d{1,9}}/void", "Proposals", "/{reference}"),
    ("proposal.interest",    "/proposals/{reference}/interest",          "Proposals", "/{reference}"),
    ("proposal.decide",      "/proposals/{reference}/decision",          "Proposals", "/{reference}"),
    # Reviewers
    ("reviews",              "/reviews",                                 None, None),
    ("review",               "/reviews/{number:\\d{1,9}}",                   "Assignments", "/{number}"),
    ("review.declare",       "/reviews/{number:\\d{1,9}}/interests",         "Assignments", "/{number}"),
    ("review.decline",       "/reviews/{number:\\d{1,9}}/decline",           "Assignments", "/{number}"),
    ("review.submit",        "/reviews/{number:\\d{1,9}}/submit",            "Assignments", "/{number}"),
    ("review.pdf",           "/reviews/{number:\\d{1,9}}/proposal.pdf",      "Assignments", "/{number}"),
    ("review.file",          "/reviews/{number:\\d{1,9}}/file/{token}",      "Assignments", "/{number}"),
    # Fund managers and auditors
    ("manage.fund",          "/manage/funds/{fund}",                           "Funds", "/{fund}"),
    ("manage.invite",        "/manage/funds/{fund}/invite",                    "Funds", "/{fund}"),
    ("manage.confirm",       "/manage/funds/{fund}/managers/{number:\\d{1,9}}/confirm", "Funds", "/{fund}"),
    ("manage.people",        "/manage/funds/{fund}/people",                    "Funds", "/{fund}"),
    ("manage.people.end",    "/manage/funds/{fund}/people/{number:\\d{1,9}}/end", "Funds", "/{fund}"),
    ("manage.invitation.end", "/manage/funds/{fund}/invitations/{invitation:\\d{1,9}}/end", "Funds", "/{fund}"),
    ("manage.calls.new",     "/manage/funds/{fund}/calls/new",                 "Funds", "/{fund}"),
    ("manage.mail",          "/manage/funds/{fund}/mail",                      "Funds", "/{fund}"),
    ("manage.ledger",        "/manage/funds/{fund}/ledger",                    "Funds", "/{fund}"),
    ("manage.organisations", "/manage/funds/{fund}/organisations",             "Funds", "/{fund}"),
    ("manage.organisation",  "/manage/funds/{fund}/organisations/{number:\\d{1,9}}", "Funds", "/{fund}"),
    ("manage.pairings",      "/manage/funds/{fund}/pairings",                  "Funds", "/{fund}"),
    ("manage.pairings.new",  "/manage/funds/{fund}/pairings/new",              "Funds", "/{fund}"),
    ("manage.pairing",       "/manage/funds/{fund}/pairings/{number:\\d{1,9}}", "Funds", "/{fund}"),
    ("manage.call",          "/manage/calls/{code}",                     "Calls", "/{code}"),
    ("manage.call.edit",     "/manage/calls/{code}/edit",                "Calls", "/{code}"),
    ("manage.call.publish",  "/manage/calls/{code}/publish",             "Calls", "/{code}"),
    ("manage.call.correct",  "/manage/calls/{code}/correct",             "Calls", "/{code}"),
    ("manage.signatures",    "/manage/calls/{code}/signatures",          "Calls", "/{code}"),
    ("manage.signature",     "/manage/calls/{code}/signatures/{number:\\d{1,9}}", "Calls", "/{code}"),
    ("manage.call.invite",   "/manage/calls/{code}/invite",              "Calls", "/{code}"),
    ("manage.proposals",     "/manage/calls/{code}/proposals",           "Calls", "/{code}"),
    ("manage.proposals.csv", "/manage/calls/{code}/proposals.csv",       "Calls", "/{code}"),
    ("manage.proposals.xlsx", "/manage/calls/{code}/proposals.xlsx",     "Calls", "/{code}"),
    ("manage.assign",        "/manage/calls/{code}/assign",              "Calls", "/{code}"),
    ("manage.stage",         "/manage/calls/{code}/stage",               "Calls", "/{code}"),
    ("manage.conflicts",     "/manage/calls/{code}/conflicts",           "Calls", "/{code}"),
    ("manage.ranking",       "/manage/calls/{code}/ranking",             "Calls", "/{code}"),
    ("manage.ranking.again", "/manage/calls/{code}/ranking/again",       "Calls", "/{code}"),
    ("manage.ranking.adopt", "/manage/calls/{code}/ranking/adopt",       "Calls", "/{code}"),
    ("manage.ranking.draw",  "/manage/calls/{code}/ranking/draw",        "Calls", "/{code}"),
    ("manage.letters",       "/manage/calls/{code}/letters",             "Calls", "/{code}"),
    ("manage.report.pdf",    "/manage/calls/{code}/award-report.pdf",    "Calls", "/{code}"),
    ("manage.chart",         "/manage/calls/{code}/charts/{name}.svg",   "Calls", "/{code}"),
    # Projects, to their teams and to the fund
    ("project",              "/projects/{reference}",                    "Projects", "/{reference}"),
    ("project.agreement",    "/projects/{reference}/agreement",          "Projects", "/{reference}"),
    ("project.agreement.pdf", "/projects/{reference}/agreement.pdf",     "Projects", "/{reference}"),
    ("project.sign",         "/projects/{reference}/sign",               "Projects", "/{reference}"),
    ("project.fail",         "/projects/{reference}/fail",               "Projects", "/{reference}"),
    ("project.conditions",   "/projects/{reference}/conditions",         "Projects", "/{reference}"),
    ("project.signing",      "/projects/{reference}/signing",            "Projects", "/{reference}"),
    ("project.terminate",    "/projects/{reference}/terminate",          "Projects", "/{reference}"),
    ("project.close",        "/projects/{reference}/close",              "Projects", "/{reference}"),
    ("project.report.pdf",   "/projects/{reference}/deliverables.pdf",   "Projects", "/{reference}"),
    ("deliverable",          "/projects/{reference}/deliverables/{number:\\d{1,9}}", "Deliverables", "/{reference}/{number}"),
    ("deliverable.upload",   "/projects/{reference}/deliverables/{number:\\d{1,9}}/files/evidence", "Deliverables", "/{reference}/{number}"),
    ("deliverable.file",     "/projects/{reference}/deliverables/{number:\\d{1,9}}/file/{token}", "Deliverables", "/{reference}/{number}"),
    ("deliverable.deliver",  "/projects/{reference}/deliverables/{number:\\d{1,9}}/deliver", "Deliverables", "/{reference}/{number}"),
    ("deliverable.take_back", "/projects/{reference}/deliverables/{number:\\d{1,9}}/take-back", "Deliverables", "/{reference}/{number}"),
    ("deliverable.accept",   "/projects/{reference}/deliverables/{number:\\d{1,9}}/accept", "Deliverables", "/{reference}/{number}"),
    ("deliverable.return",   "/projects/{reference}/deliverables/{number:\\d{1,9}}/return", "Deliverables", "/{reference}/{number}"),
)
# fmt: on


def includeme(config: Configurator) -> None:
    """Name every address, and what it stands for."""
    for name, address, factory, keys in ROUTES:
        config.add_route(
            name,
            address,
            factory=f"views.resources.{factory or 'Public'}",
            traverse=keys,
        )
        if "{token}" in address:
            logs.hide_tokens(address)
