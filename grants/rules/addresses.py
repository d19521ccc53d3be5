"""E-mail addresses: whether a letter can be sent there at all."""

from email_validator import EmailNotValidError, validate_email


def mailable(typed: str) -> str | None:
    """Write an address as mail servers take it; nothing if none would.

    Domains of other scripts travel in their ASCII form. What stands before the @ has to be ASCII,
    since servers that take more cannot be relied on. Nobody is asked whether the place exists.
    """
    try:
        found = validate_email(
            typed,
            check_deliverability=False,
            allow_smtputf8=False,
            # Towns have mail servers that the world does not know.
            globally_deliverable=False,
        )
    except EmailNotValidError:
        return None
    address = found.ascii_email
    return address if address and "." in found.ascii_domain else None
