"""Settings: read once, checked, and typed."""

from datetime import timedelta

import pytest

from grants.cli import main
from grants.kit import settings
from grants.kit.settings import BadSettings

LEAST = {
    "sqlalchemy.url": "sqlite:///grants.sqlite",
    "storage.url": "file:///files",
    "mail.url": "folder:///mail",
}


def test_little_must_be_said():
    read = settings.parse(LEAST)

    assert read.database_url == "sqlite:///grants.sqlite"
    assert (read.jobs.backend, read.jobs.lease) == ("embedded", timedelta(seconds=30))
    assert (read.logs, read.clamd, read.hostname) == ("json", "", "localhost")
    assert read.proxies == 0
    assert read.raw == LEAST


def test_all_can_be_said(tmp_path):
    ini = tmp_path / "portal.ini"
    ini.write_text(
        """
        [app:main]
        use = egg:grants
        sqlalchemy.url = postgresql://pooler/grants
        storage.url = file://%(here)s/files
        mail.url = smtp://mail
        mail.sender = Fund <fund@example.org>
        portal.url = https://fund.example.org/
        scan.clamd = localhost:3310
        proxy.count = 2
        logs.format = console
        jobs.backend = procrastinate
        jobs.lease = 5
        jobs.poll = 0.1
        jobs.url = postgresql://db/grants
        """.replace("        ", "", 1).replace("\n        ", "\n")
    )

    read = settings.load(ini)

    assert read.storage_url == f"file://{tmp_path}/files"
    assert (read.portal_url, read.hostname) == ("https://fund.example.org", "fund.example.org")
    assert (read.logs, read.clamd, read.proxies) == ("console", "localhost:3310", 2)
    assert (read.jobs.backend, read.jobs.url) == ("procrastinate", "postgresql://db/grants")
    assert (read.jobs.lease, read.jobs.poll) == (timedelta(seconds=5), timedelta(seconds=0.1))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"sqlalchemy.url": ""}, "sqlalchemy.url is missing"),
        ({"storage.url": " "}, "storage.url is missing"),
        ({"mail.url": ""}, "mail.url is missing"),
        ({"jobs.backend": "celery"}, "jobs.backend is 'celery'"),
        ({"jobs.backend": "procrastinate"}, "needs PostgreSQL"),
        ({"logs.format": "xml"}, "logs.format"),
        ({"proxy.count": "one"}, "proxy.count must be a whole number"),
        ({"proxy.count": "-1"}, "proxy.count must be a whole number"),
        ({"jobs.lease": "long"}, "a number of seconds"),
        ({"jobs.lease": "0"}, "more than 0"),
    ],
)
def test_a_wrong_setting_is_named(wrong, says):
    with pytest.raises(BadSettings, match=says):
        settings.parse(LEAST | wrong)


def test_secrets_come_from_the_environment(tmp_path, monkeypatch):
    ini = tmp_path / "portal.ini"
    lines = [f"{name} = {value}" for name, value in LEAST.items() if name != "mail.url"]
    ini.write_text("\n".join(["[app:main]", *lines, "mail.url = env:MAIL_URL"]))
    monkeypatch.delenv("MAIL_URL", raising=False)
    with pytest.raises(BadSettings, match="MAIL_URL is not set in the environment"):
        settings.load(ini)

    monkeypatch.setenv("MAIL_URL", "smtp://fund:100%25@mail")
    read = settings.load(ini)

    assert read.mail_url == "smtp://fund:100%25@mail"
    assert "MAIL_URL" not in read.raw
    assert "PATH" not in read.raw


def test_a_file_without_an_application_is_named(tmp_path):
    with pytest.raises(BadSettings, match=r"missing\.ini"):
        settings.load(tmp_path / "missing.ini")


def test_a_worker_does_not_start_with_wrong_settings(tmp_path, capsys):
    ini = tmp_path / "portal.ini"
    ini.write_text("[app:main]\nuse = egg:grants\n")

    assert main(["worker", str(ini)]) == 1
    assert "sqlalchemy.url is missing" in capsys.readouterr().err
