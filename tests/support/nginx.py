"""A real nginx on loopback in front of a server, ended with its ``with`` block."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.processes import ServerProcess, free_port

_CONFIG = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  # Its workers may not write into a folder of the tests.
  client_body_buffer_size 1m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  server {{
    listen 127.0.0.1:{port};
{elsewhere}
    location {base}/ {{
      proxy_pass http://127.0.0.1:{behind}{strips};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
{headers}
    }}
  }}
}}
"""


def program() -> str:
    """Where nginx is; without one a test is left out, in CI it fails."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        message = "there is no nginx; install it (Debian: apt-get install nginx)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


class Nginx(ServerProcess):
    """nginx in front of a port.

    Args:
        folder: where its files go.
        behind: the port of the server behind it.
        headers: what it says to the server, by name, in nginx's words.
        base: the path below which it passes requests on; all else is not found.
        strips: whether it takes that path off.
    """

    def __init__(
        self,
        folder: Path,
        behind: int,
        headers: Mapping[str, str],
        base: str = "",
        *,
        strips: bool = False,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        port = free_port()
        lines = "\n".join(f"      proxy_set_header {n} {v};" for n, v in headers.items())
        config = folder / "nginx.conf"
        config.write_text(
            _CONFIG.format(
                folder=folder,
                port=port,
                behind=behind,
                headers=lines,
                base=base,
                elsewhere="    location / { return 404; }" if base else "",
                strips="/" if strips else "",
            )
        )
        command = [program(), "-c", str(config), "-p", str(folder)]
        super().__init__(command, port, dict(os.environ), stderr=subprocess.DEVNULL, base=base)
