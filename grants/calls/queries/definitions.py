"""Forms, read once: the definitions behind calls and proposals."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from grants.calls.models import Call, FormVersion
from grants.rules.forms import formtext, topics
from grants.rules.forms.definition import Definition
from grants.rules.forms.formtext import FormText
from grants.rules.forms.settings import Option

if TYPE_CHECKING:
    from grants.proposals.models import Proposal, ProposalVersion

_read: dict[str, Definition] = {}
"""By the hash of their content, which never changes: as many as there are form versions."""


def definition_of(form: FormVersion) -> Definition:
    """Read the definition of a form version; the same content is read once a process."""
    known = _read.get(form.sha256)
    if known is None:
        known = _read[form.sha256] = Definition.from_json(form.definition)
    return known


def asked_of(proposal: Proposal) -> Definition:
    """Read what a proposal is asked: its form, with the topics of its call."""
    definition_of(proposal.form)
    return _offering(proposal.form.sha256, _topics(proposal.call))


def named_of(proposal: Proposal, version: ProposalVersion | None = None) -> Definition:
    """Read a form to show answers: topics that the call does not name keep the form's words.

    The form is that which a version answers; without one, that which is written now.
    """
    form = version.form if version is not None else proposal.form
    definition_of(form)
    return _naming(form.sha256, _topics(proposal.call))


def topics_of(call: Call, language: str) -> tuple[str, ...]:
    """Name a call's topics, in the reader's language as far as its form says the same in it."""
    named = _topics(call)
    if call.form is not None:
        named = topics.worded(definition_of(call.form), named)
    return tuple(formtext.in_language(topic.label, language) for topic in named)


def _topics(call: Call) -> tuple[Option, ...]:
    return tuple(Option(topic.code, FormText(topic.name)) for topic in call.topics)


@lru_cache(maxsize=256)
def _offering(sha256: str, offered: tuple[Option, ...]) -> Definition:
    return topics.offering(_read[sha256], offered)


@lru_cache(maxsize=256)
def _naming(sha256: str, named: tuple[Option, ...]) -> Definition:
    return topics.naming(_read[sha256], named)
