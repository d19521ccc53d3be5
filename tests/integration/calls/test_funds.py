"""A fund as its managers set it up: what it says of itself, its topics, its list."""

from dataclasses import replace

import pytest

from grants.calls.models import Registration
from grants.calls.service.funds import FundFacts, TopicFacts
from grants.kit.branding import Branding
from grants.ledger import LedgerEntry, verify
from grants.rules.errors import Refused

PORTAL = Branding(name="Portal", accent="#123456", zone="Europe/Berlin", languages=("en", "de"))


def facts(fund, **changed) -> FundFacts:
    same = FundFacts(
        name=fund.name,
        contact_email=fund.contact_email,
        summary=fund.summary,
        run_by=fund.run_by,
        accent="",
        zone="",
        languages=(),
        registration=fund.registration,
        topics=[TopicFacts(number=it.id, name=it.name) for it in fund.topics],
    )
    return replace(same, **changed)


def newest(session) -> LedgerEntry:
    return session.query(LedgerEntry).order_by(LedgerEntry.seq.desc()).first()


def test_a_fund_shows_itself_as_the_portal_until_it_says_otherwise(iuc):
    shown = iuc.fund.branded(PORTAL)

    assert (shown.name, shown.accent, shown.zone) == (iuc.fund.name, "#123456", "Europe/Berlin")
    assert shown.languages == ("en", "de")
    assert shown.reply_to == iuc.fund.contact_email


def test_languages_that_the_portal_no_longer_has_are_left_out(iuc):
    iuc.fund.languages = ["de", "es"]
    assert iuc.fund.branded(PORTAL).languages == ("de",)

    iuc.fund.languages = ["es"]
    assert iuc.fund.branded(PORTAL).languages == ("en", "de")


def test_a_reader_of_another_language_gets_the_funds_first(iuc):
    iuc.fund.languages = ["de"]

    assert iuc.fund.branded(PORTAL).language("es") == "de"
    assert PORTAL.language("en") == "en"


def test_the_ledger_keeps_what_was_there_before(services, session, iuc):
    services.funds.change(
        iuc.fund, facts(iuc.fund, name="New name", registration=Registration.LISTED), by=iuc.helena
    )
    session.commit()

    entry = newest(session)
    assert (entry.action, entry.subject_kind, entry.fund_id) == ("edit", "fund", iuc.fund.id)
    assert entry.payload["registration"] == ["open", "listed"]
    assert entry.payload["name"] == ["IUC Asia competitive fund", "New name"]
    assert verify(session).ok


def test_nothing_changed_is_nothing_recorded(services, session, iuc):
    before = newest(session)

    services.funds.change(iuc.fund, facts(iuc.fund), by=iuc.helena)
    session.commit()

    assert newest(session) is before


def test_topics_are_added_renamed_and_removed_while_nothing_has_them(services, session, iuc):
    iuc.call.topics = [it for it in iuc.call.topics if it.code != "digital"]
    session.commit()
    kept = [
        TopicFacts(number=it.id, name="Smart" if it.code == "smart" else it.name)
        for it in iuc.fund.topics
        if it.code != "digital"
    ]
    new = [TopicFacts(number=0, name=it) for it in ("Wasser & Luft", "水", "水と緑", "Smart")]

    services.funds.change(iuc.fund, facts(iuc.fund, topics=[*kept, *new]), by=iuc.helena)

    assert {it.code: it.name for it in iuc.fund.topics} == {
        "circular": "Circular economy",
        "smart": "Smart",
        "smart-2": "Smart",
        "topic": "水",
        "topic-2": "水と緑",
        "wasser-luft": "Wasser & Luft",
    }


def test_a_topic_that_a_call_has_stays(services, iuc):
    with pytest.raises(Refused, match="cannot be removed"):
        services.funds.change(iuc.fund, facts(iuc.fund, topics=[]), by=iuc.helena)


def test_a_call_asks_no_form_of_another_fund(services, session, iuc):
    from grants.calls.models import Fund
    from grants.rules.forms.definition import Definition

    other = Fund(code="OTHER", name="Other", contact_email="o@x.org", programme=iuc.programme)
    session.add(other)
    session.flush()
    definition = Definition.from_json(iuc.form.definition | {"title": "Theirs"})
    theirs = services.calls.keep_form("theirs", definition, fund=other, by=iuc.helena)

    assert theirs not in services.calls.forms(iuc.fund)
    assert theirs in services.calls.forms(other)
    assert services.calls.form_versions(other) == [iuc.form, theirs]
    with pytest.raises(Refused, match="A form of another fund"):
        services.calls.keep_form("theirs", definition, fund=iuc.fund, by=iuc.helena)
