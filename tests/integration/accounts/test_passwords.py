"""Passwords: kept safely, compared evenly, and weak ones are told why."""

import statistics
import threading
import time

import pytest
from argon2 import PasswordHasher

from grants.accounts import passwords
from grants.rules.errors import TooManyTries

GOOD = "three tame herons at dusk"


def test_a_password_matches_what_was_stored_of_it_and_no_other():
    stored = passwords.hashed(GOOD)

    assert passwords.matches(GOOD, stored)
    assert not passwords.matches(GOOD + " ", stored)
    assert GOOD not in stored
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != passwords.hashed(GOOD)


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$broken"])
def test_nothing_matches_an_account_that_has_no_password(stored):
    assert not passwords.matches(GOOD, stored)


def test_the_stand_in_for_unknown_accounts_opens_nothing(monkeypatch):
    monkeypatch.setattr(passwords, "_NOBODY", passwords.hashed(GOOD))

    assert not passwords.matches(GOOD, None)
    assert not passwords.matches(GOOD, "")


def test_an_unknown_account_takes_as_long_as_a_known_one():
    stored = passwords.hashed(GOOD)

    def cpu(known: str | None) -> float:
        spent = []
        for _ in range(7):
            before = time.process_time()
            passwords.matches("wrong", known)
            spent.append(time.process_time() - before)
        return statistics.median(spent)

    assert 0.3 < cpu(None) / cpu(stored) < 3


def test_older_parameters_are_noticed():
    assert not passwords.needs_rehash(passwords.hashed(GOOD))
    assert passwords.needs_rehash(PasswordHasher(time_cost=1, memory_cost=1024).hash(GOOD))


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 12"),
        ("x" * 201, "at most 200"),
        ("PassWord123456", "first that anyone"),
        ("aaaaaaaaabbb", "first that anyone"),
        ("marta@granada.example!", "name or email"),
        ("i am marta.lopez yes", "name or email"),
        ("the house of LÓPEZ", "name or email"),
    ],
)
def test_a_weak_password_is_told_why(password, says):
    told = passwords.weak(password, email="marta.lopez@granada.example", name="Marta López")
    told = told or passwords.weak(password, email="marta@granada.example", name="Marta López")

    assert told is not None
    assert says in told


def test_a_good_password_is_taken_and_short_names_are_not_searched_for():
    assert passwords.weak(GOOD, email="tam@a.example", name="Ed At") is None


def test_so_many_hash_at_once_some_wait_and_the_rest_are_told_at_once():
    lane = passwords.Lane(hashing=1, waiting=1)
    inside, leave, ends = threading.Event(), threading.Event(), []

    def hash_something():
        with lane.taken():
            inside.set()
            leave.wait(30)
            ends.append("hashed")

    first = threading.Thread(target=hash_something)
    first.start()
    inside.wait(30)
    second = threading.Thread(target=hash_something)
    second.start()
    while lane._places._value:  # until the second waits
        pass

    with pytest.raises(TooManyTries), lane.taken():
        ends.append("never")

    leave.set()
    first.join(30)
    second.join(30)
    assert ends == ["hashed", "hashed"]
