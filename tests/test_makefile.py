import subprocess
from pathlib import Path

MAKEFILE = Path(__file__).parents[1] / "Makefile"


def test_a_failed_environment_is_taken_away_and_what_to_install_is_said(tmp_path: Path) -> None:
    python = tmp_path / "python3"  # as Debian's without python3-venv: leaves an environment without pip
    python.write_text("#!/bin/sh\nmkdir -p .venv/bin && touch .venv/bin/python && exit 1\n")
    python.chmod(0o755)
    command = ["make", "-f", str(MAKEFILE), f"PYTHON={python}", ".venv/bin/python"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode == 2
    assert "apt install python3-venv" in made.stderr
    assert not (tmp_path / ".venv").exists()
