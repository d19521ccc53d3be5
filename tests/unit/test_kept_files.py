"""What we did not write is as it came: each file that we keep has the sum that its README tells."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEPT = ("templates/static/vendor", "grants/directory/atlas")


@pytest.mark.parametrize("folder", KEPT)
def test_every_file_has_its_sum(folder):
    told = dict(
        reversed(line.split("  "))
        for line in (ROOT / folder / "README.md").read_text().splitlines()
        if re.match(r"[0-9a-f]{64}  ", line)
    )

    kept = {
        str(path.relative_to(ROOT / folder)): sha256(path.read_bytes()).hexdigest()
        for path in (ROOT / folder).glob("*/**/*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert kept == told
