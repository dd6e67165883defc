"""Real servers on 127.0.0.1 for tests: each in a process of its own, ended by its id with the block."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

Command = Sequence[str | Path]
STARTED_WITHIN = 60.0  # seconds; a loaded machine is slow
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def chroma_server(folder: Path, port: int | None = None) -> Iterator[str]:
    """The URL of a Chroma server that keeps its data in the folder."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    program = Path(sys.executable).with_name("chroma")
    command: Command = [program, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, lambda: _answers(f"{url}/api/v2/heartbeat"), signal.SIGKILL):
        yield url


@contextmanager
def postgres_server() -> Iterator[str]:
    """The SQLAlchemy URL of a new PostgreSQL server's database."""
    program = POSTGRES[-1]
    # PostgreSQL refuses to run as root, and its user cannot look into the folders of pytest.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if user:
            shutil.chown(folder, user)
        data, port = folder / "data", free_port()
        initdb: Command = [
            program.with_name("initdb"),
            "-D",
            data,
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run([*initdb, "-A", "trust"], check=True, stdout=subprocess.DEVNULL, user=user)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "fsync": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command: Command = [program, "-D", data, *options]
        ready: Command = [
            program.with_name("pg_isready"),
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
            "-U",
            "postgres",
        ]
        with _running(command, lambda: subprocess.run(ready).returncode == 0, signal.SIGINT, user):
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(
    command: Command, ready: Callable[[], bool], end: signal.Signals, user: str | None = None
) -> Iterator[None]:
    environment = os.environ | {"ANONYMIZED_TELEMETRY": "False"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, env=environment, cwd="/"
    )
    try:
        deadline = time.monotonic() + STARTED_WITHIN
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(end)
        process.wait()


def _answers(url: str) -> bool:
    with suppress(OSError), urlopen(url, timeout=5):
        return True
    return False
