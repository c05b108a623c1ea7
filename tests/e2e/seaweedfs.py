"""A real object store with the S3 protocol, which checks signatures: SeaweedFS in one process."""

import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from testing.harness import free_port
from testing.processes import Server, running

WEED = Path(sys.executable).with_name("weed")
KEY, SECRET = "key-of-the-test", "secret-of-the-test"
PARTS = ("master", "volume", "filer", "s3")
SECONDS_TO_START = 60


@dataclass(frozen=True)
class Store:
    """A store's data folder and ports, which it keeps when it is started again."""

    folder: Path
    ports: dict[str, int] = field(
        default_factory=lambda: {
            f"{part}.port{grpc}": free_port() for part in PARTS for grpc in ("", ".grpc")
        }
    )

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that a project needs, see its `.env.example`."""
        return {
            "AWS_STORAGE_BUCKET_NAME": "bucket",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.ports['s3.port']}",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }

    @contextmanager
    def running(self) -> Iterator[Server]:
        credentials = [{"accessKey": KEY, "secretKey": SECRET}]
        identity = {"name": "test", "credentials": credentials, "actions": ["Admin", "Read", "Write", "List"]}
        (self.folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        (self.folder / "data").mkdir(exist_ok=True)
        with running(
            [
                *(str(WEED), "server", "-s3", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
                *("-s3.config=s3.json", "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
                *("-volume.max=4", "-master.volumeSizeLimitMB=64", "-master.telemetry=false"),
                "-master.resumeState=false",  # otherwise, it looks for other masters for ten seconds
                *(f"-{name}={port}" for name, port in self.ports.items()),
            ],
            cwd=self.folder,
            environment=dict(os.environ),
            url=self.environment["AWS_ENDPOINT_URL_S3"],
            ready="/healthz",
            log=self.folder / "log",
        ) as server:
            self._wait_for_volumes()
            yield server
            # After SIGTERM, its parts would wait for each other forever.
            server.stop(signal.SIGKILL)

    def _wait_for_volumes(self) -> None:
        """Wait until the master knows the volumes. This takes seconds longer than /healthz."""
        url = f"http://127.0.0.1:{self.ports['master.port']}/dir/status"
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            with urllib.request.urlopen(url) as answer:
                if json.load(answer)["Topology"]["Max"]:
                    return
            assert time.monotonic() < deadline, "The store has no volume for content."
            time.sleep(0.1)
