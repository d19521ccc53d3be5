"""A receipt says what was submitted, by whom, when, and which text exactly."""

from dataclasses import replace

from grants.proposals.documents import receipt


def test_it_says_who_submitted_what_and_when_in_both_zones(printed, granada_receipt):
    words = printed(receipt.render(granada_receipt)).words

    assert "Blockchain for smart, circular and biotech cities" in words
    assert "Receipt R-2020-000017" in words
    assert "31 March 2020, 16:59:03 (Europe/Brussels)" in words
    assert "31 March 2020, 14:59:03 UTC" in words
    assert "María José Álvarez" in words
    assert "9b4d" * 16 in words


def test_it_lists_files_with_size_and_fingerprint(printed, granada_receipt):
    words = printed(receipt.render(granada_receipt)).words

    assert "letter of commitment.pdf 1,234,567 " + "ab12" * 16 in words


def test_it_says_when_there_were_no_files(printed, granada_receipt):
    words = printed(receipt.render(replace(granada_receipt, files=[]))).words

    assert "Files No files." in words
