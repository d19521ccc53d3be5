"""Scanning: against a server that speaks ClamAV's protocol over a real socket."""

import io
import socketserver
import struct
import threading

import pytest

from grants.kit.uploads import scanning
from grants.kit.uploads.scanning import EICAR, Scan, ScannerFailed, scan
from grants.rules.errors import WrongFile


class Clamd(socketserver.BaseRequestHandler):
    """Reads a stream as clamd does: parts after their lengths, up to a limit."""

    def handle(self) -> None:
        if self._read(10) != b"zINSTREAM\0":
            return self.request.sendall(b"UNKNOWN COMMAND\0")
        content = b""
        while size := struct.unpack("!I", self._read(4))[0]:
            content += self._read(size)
            if len(content) > self.server.limit:
                return self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        self.server.received.append(content)
        if b"virus" in content:
            return self.request.sendall(b"stream: Some.Virus FOUND\0")
        if b"silent" in content:
            return None
        return self.request.sendall(b"stream: OK\0")

    def _read(self, size: int) -> bytes:
        got = b""
        while len(got) < size and (part := self.request.recv(size - len(got))):
            got += part
        return got


@pytest.fixture
def clamd():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        server.limit = 1_000_000
        server.received = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(server) -> str:
    return "{}:{}".format(*server.server_address)


def test_without_a_scanner_nothing_is_called_clean():
    file = io.BytesIO(b"harmless")

    assert scan(file, name="plan.pdf") is Scan.UNSCANNED
    assert file.tell() == 0


def test_the_test_virus_is_found_without_a_scanner():
    with pytest.raises(WrongFile, match=r"plan\.pdf contains a virus"):
        scan(io.BytesIO(EICAR + b"\n"), name="plan.pdf")
    assert len(EICAR) == 68


def test_a_clean_file_is_clean_and_was_read_whole(clamd):
    content = bytes(range(256)) * 1000
    file = io.BytesIO(content)

    assert scan(file, name="plan.pdf", clamd=address(clamd)) is Scan.CLEAN
    assert clamd.received == [content]
    assert file.tell() == 0


def test_an_infected_file_is_refused(clamd):
    with pytest.raises(WrongFile, match=r"plan\.pdf contains a virus"):
        scan(io.BytesIO(b"a virus"), name="plan.pdf", clamd=address(clamd))


def test_a_file_too_large_for_the_scanner_is_not_clean(clamd):
    with pytest.raises(ScannerFailed):
        scan(io.BytesIO(b"x" * 3_000_000), name="plan.pdf", clamd=address(clamd))


def test_no_answer_is_not_clean(clamd):
    with pytest.raises(ScannerFailed, match="no answer"):
        scan(io.BytesIO(b"silent"), name="plan.pdf", clamd=address(clamd))


def test_a_scanner_that_is_down_is_not_clean(clamd):
    clamd.server_close()

    with pytest.raises(ScannerFailed):
        scan(io.BytesIO(b"x"), name="plan.pdf", clamd=address(clamd))


def test_a_link_that_breaks_while_sending_still_hears_the_answer():
    class Broken:
        def sendall(self, _data):
            raise BrokenPipeError

    assert scanning._send(Broken(), iter([b"x"])) is None
