"""Mail: letters are jobs, and none is sent twice.

A letter's message identifier is fixed when it is asked for. What was sent is
recorded under it, so that a second run of the same job finds it done.
"""

from grants.kit.mail.letters import Attachment, BadLetter, Letter, written
from grants.kit.mail.sending import LATE, PATIENCE, post, post_letter, retry, send_mail
from grants.kit.mail.transports import Folder, Kept, Mailer, Outbox, Smtp, make_mailer

__all__ = [
    "LATE",
    "PATIENCE",
    "Attachment",
    "BadLetter",
    "Folder",
    "Kept",
    "Letter",
    "Mailer",
    "Outbox",
    "Smtp",
    "make_mailer",
    "post",
    "post_letter",
    "retry",
    "send_mail",
    "written",
]
