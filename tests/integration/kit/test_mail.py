"""Mail: letters arrive as they were written, once, and nobody smuggles lines into their heads."""

import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from grants.kit import mail
from grants.kit.database import db
from grants.kit.database.tables import Base
from grants.kit.jobs.models import Job
from grants.kit.jobs.tasks import registry
from grants.kit.mail import Attachment, BadLetter, Folder, Letter, Outbox, Smtp, make_mailer
from grants.kit.mail.models import SentMail
from grants.kit.secrets.sealing import SECRET
from grants.kit.settings import BadSettings, Settings
from grants.kit.storage import make_storage
from tests.support.running import portal_of

pytestmark = pytest.mark.both_databases

NOON = datetime(2019, 5, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def engine(make_database, database_kind):
    engine = db.make_engine(make_database(database_kind))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def context(engine):
    return portal_of(
        sessions=db.make_sessions(engine, **{SECRET: "what only the portal knows"}),
        storage=make_storage("memory:"),
        mailer=Outbox(),
        settings=Settings(
            database_url="",
            storage_url="",
            mail_url="",
            mail_sender="Fund <fund@example.org>",
            portal_url="https://portal.example.org:8443/x",
        ),
        clock=lambda: NOON,
    )


@pytest.fixture
def receipt(context):
    stored = context.storage.put(b"%PDF-1.7 receipt")
    return Letter(
        to="marta@granada.example",
        to_name="Marta Łukasiewicz, Granada",
        subject="Receipt — Łódź, Αθήνα, 广州",
        body="Your proposal arrived.\n.\nΑθήνα 广州\n",
        attachments=(Attachment(name="Łódź receipt.pdf", type="application/pdf", key=stored.key),),
    )


def post(context, letter, **options) -> str:
    with db.writing(context.sessions) as session:
        return mail.post(session, letter, **options)


def run_jobs(context) -> None:
    """Run all mail jobs there are, done or not: as often as a crash might."""
    with context.sessions() as session:
        jobs = list(session.scalars(sa.select(Job).order_by(Job.id)))
    for job in jobs:
        registry.tasks[job.task].run(context, **job.payload)


def check(message) -> None:
    (file,) = message.iter_attachments()
    assert message["From"] == "Fund <fund@example.org>"
    assert message["Subject"] == "Receipt — Łódź, Αθήνα, 广州"
    (address,) = message["To"].addresses
    assert (address.display_name, address.addr_spec) == (
        "Marta Łukasiewicz, Granada",
        "marta@granada.example",
    )
    assert message["Message-ID"].endswith("@portal.example.org>")
    assert message["Date"].datetime == NOON
    text = message.get_body(("plain",)).get_content()
    assert text.replace("\r\n", "\n") == "Your proposal arrived.\n.\nΑθήνα 广州\n"
    assert (file.get_filename(), file.get_content_type()) == (
        "Łódź receipt.pdf",
        "application/pdf",
    )
    assert file.get_content() == b"%PDF-1.7 receipt"


def test_a_letter_arrives_as_it_was_written(context, receipt):
    post(context, receipt)
    run_jobs(context)

    (message,) = context.mailer.messages
    check(message_from_bytes(message.as_bytes(), policy=policy.default))


def test_a_letter_is_sent_once_however_often_its_job_is_run(context, receipt):
    name = post(context, receipt)
    run_jobs(context)
    run_jobs(context)

    assert len(context.mailer.messages) == 1
    with context.sessions() as session:
        sent = session.scalars(sa.select(SentMail)).one()
    assert sent.message_id == f"<{name}@portal.example.org>"
    assert (sent.to, sent.subject, sent.at) == (receipt.to, receipt.subject, NOON)


def test_letters_with_one_key_are_one_letter(context, receipt):
    first = post(context, receipt, key="receipt/IUC-2019-007/1")
    run_jobs(context)
    with db.writing(context.sessions) as session:
        session.execute(sa.delete(Job))
    again = post(context, receipt, key="receipt/IUC-2019-007/1")
    run_jobs(context)
    other = post(context, receipt, key="receipt/IUC-2019-007/2")
    run_jobs(context)

    assert first == again != other
    assert len(context.mailer.messages) == 2


def test_two_that_send_at_once_record_it_once(context, receipt):
    class Twice(Outbox):
        def send(self, message):
            super().send(message)
            with db.writing(context.sessions) as session:
                session.add(
                    SentMail(message_id=message["Message-ID"], to="x", subject="x", at=NOON)
                )

    post(context, receipt)
    with context.sessions() as session:
        job = session.scalars(sa.select(Job)).one()
    rival = portal_of(
        sessions=context.sessions,
        storage=context.storage,
        mailer=Twice(),
        settings=context.settings,
    )

    registry.tasks["post_letter"].run(rival, **job.payload)

    with context.sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SentMail)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "a@b.example\nBcc: all@b.example"},
        {"to": "a@b.example\r\n"},
        {"to": "a@b.example, c@d.example"},
        {"to": "A <a@b.example>"},
        {"to": "nobody"},
        {"to": ""},
        {"subject": "Hello\r\nBcc: all@b.example"},
        {"subject": "Hello\u2028there"},
        {"to_name": "Marta\nX: y"},
        {"sender_name": "Fund\nBcc: all@b.example"},
        {"reply_to": "a@b.example\nBcc: all@b.example"},
        {"reply_to": "a@b.example, c@d.example"},
        {"attachments": (Attachment(name="a\n.pdf", type="application/pdf", key="k"),)},
        {"attachments": (Attachment(name="a.pdf", type="a/b\r\nX: y", key="k"),)},
    ],
)
def test_lines_cannot_be_smuggled_into_the_head(wrong):
    with pytest.raises(BadLetter):
        Letter(**{"to": "a@b.example", "subject": "Hello", "body": ""} | wrong)


def test_an_address_that_only_looks_like_one_is_refused(context):
    letter = Letter(to="a..b@c.example", subject="s", body="b")

    with pytest.raises(BadLetter):
        mail.written(letter, context.settings, context.storage, message_id="<x@y>", at=NOON)


def test_in_development_letters_are_kept_in_a_folder(context, receipt, tmp_path):
    folder = make_mailer(f"folder://{tmp_path}/var%20mail")
    message = mail.written(receipt, context.settings, context.storage, message_id="<1@x>", at=NOON)

    assert folder.letters() == []
    folder.send(message)
    folder.send(message)

    (kept,) = folder.letters()
    check_named = folder.letter(kept.name)
    assert check_named is not None
    assert (kept.at, kept.message["Subject"]) == (NOON, receipt.subject)
    assert kept.body == receipt.body
    assert kept.files == [("Łódź receipt.pdf", "application/pdf", b"%PDF-1.7 receipt")]


def test_a_folder_opens_nothing_else(tmp_path):
    (tmp_path / "secret.eml").write_text("x")
    folder = Folder(path=tmp_path / "mail")

    assert folder.letter("../secret") is None
    assert folder.letter("0" * 24) is None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Inbox:
    def __init__(self) -> None:
        self.messages = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def test_a_letter_goes_through_a_mail_server(context, receipt):
    inbox = Inbox()
    message = mail.written(
        receipt, context.settings, context.storage, message_id="<1@portal.example.org>", at=NOON
    )
    server = Controller(inbox, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        port = server.port
        make_mailer(f"smtp://127.0.0.1:{port}").send(message)
    finally:
        server.stop()

    check(inbox.messages[0])


def test_a_mail_server_that_asks_for_it_gets_a_password_over_tls(
    context, receipt, certificate, monkeypatch
):
    inbox, seen = Inbox(), []

    def authenticate(_server, _session, _envelope, _mechanism, data):
        seen.append(data)
        return AuthResult(success=data == LoginPassword(b"fund", b"s:cret"), handled=False)

    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=tls,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    server.start()
    message = mail.written(
        receipt, context.settings, context.storage, message_id="<1@portal.example.org>", at=NOON
    )
    try:
        port = server.port
        make_mailer(f"smtp://fund:s%3Acret@127.0.0.1:{port}?starttls=yes").send(message)
        with pytest.raises(OSError, match="535"):
            make_mailer(f"smtp://fund:wrong@127.0.0.1:{port}?starttls=yes").send(message)
    finally:
        server.stop()

    assert len(inbox.messages) == 1
    assert seen[0] == LoginPassword(b"fund", b"s:cret")


def test_a_server_with_a_certificate_nobody_knows_gets_no_password(certificate, context, receipt):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=free_port(), tls_context=tls)
    server.start()
    message = mail.written(receipt, context.settings, context.storage, message_id="<1@x>", at=NOON)
    try:
        port = server.port
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            make_mailer(f"smtp://127.0.0.1:{port}?starttls=yes").send(message)
    finally:
        server.stop()

    assert inbox.messages == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate of this machine for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize("url", ["", "smtp://", "http://x", "x"])
def test_other_mailers_are_not_known(url):
    with pytest.raises(BadSettings):
        make_mailer(url)


def test_a_password_is_never_shown():
    assert "secret" not in repr(Smtp(host="h", password="secret"))
