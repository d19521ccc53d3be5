"""Addresses of mail, as a mail server takes them."""

import re
from email.errors import MessageError
from email.headerregistry import Address

_LONGEST = 254
_DOMAIN = re.compile(r"(?!-)[^\W_](?:[\w-]{0,62})(?:\.(?!-)[\w-]{1,63})*")


def is_mailable(text: str, *, anywhere: bool = True) -> bool:
    """Tell whether letters can be sent to an address: `a..b@example.com` is none.

    Without `anywhere` a name within this network will do, such as `fund@localhost`.
    """
    try:
        read = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    whole = len(text) <= _LONGEST and text.count("@") == 1 and not re.search(r"[\s\"()]", text)
    named = bool(_DOMAIN.fullmatch(read.domain)) and not read.domain.endswith("-")
    return whole and bool(read.username) and named and ("." in read.domain or not anywhere)
