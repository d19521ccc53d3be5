"""Which Pythons the portal runs on, and which of a machine's is taken."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHOOSE = ROOT / "requirements" / "python.sh"
TOOLS = ("bash", "env", "sort")


@pytest.fixture
def machine(tmp_path):
    """A machine with nothing on its path but what a test puts there."""
    for tool in TOOLS:
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    return tmp_path


def has_python(machine, name, version, *, venv=True):
    """Put a command there that answers as a Python of that version does."""
    answers = f"""#!/bin/bash
case "$2" in
  *ensurepip*) exit {0 if venv else 1} ;;
  *version_info*"!= '{version}'"*) exit 0 ;;
  *) exit 1 ;;
esac
"""
    (machine / name).write_text(answers)
    (machine / name).chmod(0o755)


def chosen(machine, *words):
    return subprocess.run(
        ["/bin/bash", CHOOSE, *words],
        env={"PATH": str(machine), "HOME": str(machine)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_newest_is_taken(machine):
    for version in ("3.11", "3.13", "3.12", "3.14"):
        has_python(machine, f"python{version}", version)

    assert chosen(machine).stdout == f"{machine}/python3.13\n"


def test_one_by_the_name_python3_will_do(machine):
    has_python(machine, "python3", "3.12")

    assert chosen(machine).stdout == f"{machine}/python3\n"


def test_a_shim_that_leads_nowhere_is_passed_over(machine):
    has_python(machine, "python3.13", "no version")
    has_python(machine, "python3.11", "3.11")

    assert chosen(machine).stdout == f"{machine}/python3.11\n"


def test_one_that_makes_no_environments_is_passed_over(machine):
    has_python(machine, "python3.13", "3.13", venv=False)
    has_python(machine, "python3.12", "3.12")

    assert chosen(machine).stdout == f"{machine}/python3.12\n"


def test_what_is_missing_is_said_in_a_sentence(machine):
    nothing = chosen(machine)
    has_python(machine, "python3", "3.13", venv=False)
    no_venv = chosen(machine)

    assert (nothing.returncode, no_venv.returncode) == (1, 1)
    assert "please install one (Debian: apt install python3 python3-venv)" in nothing.stderr
    assert "please install python3-venv (Debian: apt install python3.13-venv)" in no_venv.stderr
    assert nothing.stderr.count("\n") == no_venv.stderr.count("\n") == 1


def test_tests_find_one_of_each_version(machine):
    has_python(machine, "python3.11", "3.11")
    kept = machine / ".pyenv" / "versions" / "3.13.0" / "bin"
    kept.mkdir(parents=True)
    has_python(kept, "python3.13", "3.13")

    found = chosen(machine, "--all").stdout.splitlines()

    assert found == [f"{kept}/python3.13", f"{machine}/python3.11"]


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_one_lock_file_serves_all_versions(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()

    stated = re.search(
        r"^legacy-cgi==\S+ ; python_full_version >= '3.13' \\\n    --hash=sha256:", text, re.M
    )
    assert stated, "what Python 3.13 no longer has is in the lock file, with its hash"


def test_the_versions_are_said_alike_everywhere():
    tried = re.search(r"^VERSIONS=\((.*?)\)", CHOOSE.read_text(), re.M)
    promised = re.search(r'python_requires=">=(3\.\d+),<3\.(\d+)"', (ROOT / "setup.py").read_text())

    versions = tried.group(1).split()
    assert promised.group(1) == versions[-1]
    assert f"3.{int(promised.group(2)) - 1}" == versions[0]
