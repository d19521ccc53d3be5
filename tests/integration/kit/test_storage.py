"""Files' bytes: the same on a local folder, in memory, and on an S3 server of its own process."""

import hashlib
import io
import subprocess
import sys
import time
import tracemalloc
import urllib.error
import urllib.request

import boto3
import pytest

from grants.kit.settings import BadSettings
from grants.kit.storage import PART, NotStored, Storage, make_storage
from tests.integration.kit.test_mail import free_port

LARGE = bytes(range(256)) * (PART // 256) + b"and a second part" * 1000


@pytest.fixture(scope="module")
def s3_url():
    """A real S3 server with a bucket."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    try:
        wait_for(endpoint, server)
        make_bucket(endpoint)
        yield f"s3://files/grants?endpoint={endpoint}&key_id=testing&secret=test%2Fing"
    finally:
        server.terminate()
        server.wait(10)


def wait_for(endpoint: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(endpoint, timeout=1).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the S3 server did not start")


def make_bucket(endpoint: str) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="test/ing",
    )
    client.create_bucket(Bucket="files")
    client.close()


@pytest.fixture(params=["file", "memory", "s3"])
def storage(request, tmp_path) -> Storage:
    if request.param == "s3":
        return make_storage(request.getfixturevalue("s3_url"))
    return make_storage(
        {"file": f"file://{tmp_path}/all%20files", "memory": "memory:"}[request.param]
    )


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", LARGE])
@pytest.mark.parametrize("wrap", [bytes, io.BytesIO])
def test_what_was_stored_is_read_back(storage, content, wrap):
    stored = storage.put(wrap(content))

    assert (stored.size, stored.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert storage.get(stored.key) == content
    assert b"".join(storage.open(stored.key)) == content


def test_the_same_bytes_twice_are_two_files(storage):
    first, second = storage.put(b"x"), storage.put(b"x")

    storage.delete(first.key)

    assert storage.get(second.key) == b"x"
    with pytest.raises(NotStored):
        storage.get(first.key)


def test_what_is_not_there_is_said_at_once(storage):
    with pytest.raises(NotStored):
        storage.open("aa/bb")


def test_deleting_what_is_not_there_is_fine(storage):
    storage.delete("aa/bb")


def test_a_store_that_answers_is_healthy(storage):
    assert storage.healthy()


def test_a_store_that_is_down_is_not():
    gone = make_storage(
        f"s3://files?endpoint=http://127.0.0.1:{free_port()}&key_id=a&secret=b&patience=1"
    )

    assert not gone.healthy()


def test_a_large_file_goes_through_a_part_at_a_time(tmp_path):
    source = tmp_path / "large"
    with source.open("wb") as file:
        for _ in range(12):
            file.write(bytes(PART))
    storage = make_storage(f"file://{tmp_path}/files")
    tracemalloc.start()

    with source.open("rb") as file:
        stored = storage.put(file)
    read = sum(len(part) for part in storage.open(stored.key))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert stored.size == read == 12 * PART
    assert peak < 5 * PART


@pytest.mark.parametrize("url", ["", "http://x", "ftp://x/y"])
def test_other_stores_are_not_known(url):
    with pytest.raises(BadSettings, match=r"storage\.url"):
        make_storage(url)


def test_a_file_is_copied_to_another_storage_under_its_key(storage):
    kept, there = storage.put(LARGE), make_storage("memory:")

    storage.copy(kept.key, there)

    assert kept.key in storage.all_keys()
    assert there.all_keys() == [kept.key]
    assert there.get(kept.key) == LARGE
    with pytest.raises(NotStored):
        storage.copy("00/" + "0" * 32, there)
