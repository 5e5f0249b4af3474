"""Runs in a network namespace of its own: a server that cannot reach anybody, and what it tries.

The default route leads to a wire with nobody at its end, so that a connection would hang; the one
server for names takes questions and never answers. Both are watched: whatever leaves is written
down. Prints one JSON object.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from benchmarks.attacks import BINARY, Others, frame, open_socket, run_message, watch
from benchmarks.processes import ROOT, ServerProcess, free_port

_IPV4, _IPV6, _ALL_PROTOCOLS = 0x0800, 0x86DD, 3
# Neighbour discovery and group membership are the kernel's own talk.
_ICMPV6, _HOP_BY_HOP = 58, 0


def _lay_the_wire(folder: Path) -> None:
    for command in (
        "ip link set lo up",
        "ip link add away type veth peer name nobody",
        "ip addr add 10.255.0.2/24 dev away",
        "ip link set away up",
        "ip link set nobody up",
        "ip route add default via 10.255.0.1",
        "ip neigh replace 10.255.0.1 lladdr 02:00:00:00:00:01 dev away",
    ):
        subprocess.run(command.split(), check=True)
    resolver = folder / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:5 attempts:2\n")
    subprocess.run(["mount", "--bind", str(resolver), "/etc/resolv.conf"], check=True)


def _watch_names(asked: list[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as names:
        names.bind(("127.0.0.1", 53))
        while True:
            question = names.recv(4096)
            asked.append(question[12:].split(b"\0")[0].decode("latin-1"))


def _watch_wire(left: list[str]) -> None:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(_ALL_PROTOCOLS)) as wire:
        wire.bind(("nobody", 0))
        while True:
            packet = wire.recv(65_535)
            kind = struct.unpack("!H", packet[12:14])[0]
            if kind == _IPV4:
                left.append(socket.inet_ntoa(packet[30:34]))
            elif kind == _IPV6 and packet[20] not in (_ICMPV6, _HOP_BY_HOP):
                left.append(socket.inet_ntop(socket.AF_INET6, packet[38:54]))


def main(folder: Path, started_by: str) -> None:
    """Start the server, do all that visitors and strangers can do, and say what happened."""
    _lay_the_wire(folder)
    asked: list[str] = []
    left: list[str] = []
    for watcher, into in ((_watch_names, asked), (_watch_wire, left)):
        threading.Thread(target=watcher, args=[into], daemon=True).start()
    # Both watchers see what there is to see.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        while "198.51.100.1" not in left or "\5probe" not in asked:
            # Nobody listens on the other port before the watcher does.
            with contextlib.suppress(ConnectionRefusedError):
                probe.sendto(b"x", ("198.51.100.1", 9))
                probe.sendto(b"\0" * 12 + b"\5probe\0", ("127.0.0.1", 53))
            time.sleep(0.05)
    time.sleep(0.5)
    left.clear()
    asked.clear()

    port = free_port()
    command = [sys.executable, "-m", "bme_quiz", "serve", "--no-browser", "--port", str(port)]
    if started_by == "streamlit run":
        command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "quiz_app.py")]
        command += ["--server.port", str(port)]
        # Open to the network, it likes to print under which address it can be found outside.
        command += ["--server.address", "0.0.0.0"]  # noqa: S104
    env = {**os.environ, "BME_QUIZ_DATABASE": f"sqlite:///{folder / 'quiz.db'}"}
    env |= {"BME_QUIZ_PORT": str(port)}
    with ServerProcess(command, port, env, stdout=subprocess.DEVNULL) as server:
        with open_socket(port) as first:
            first.session()
        calm = watch(port, server.pid, 1.0)
        with Others(port, server.pid) as fare:
            for origin in ("http://evil.example", "http://10.255.0.2", "null", "https://localhost"):
                for _ in range(3):
                    open_socket(port, origin=origin).close()
            for host in ("evil.example", f"10.255.0.2:{port}", "laptop.local"):
                open_socket(port, host=host).close()
            for page in ("/", "/article", "/session", "/about", "/join", "/educator"):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{page}").close()
            for kind in ("load_git_info", "app_heartbeat", "clear_cache", "set_run_on_save"):
                _send(port, kind)
            with open_socket(port) as page:
                page.session()
    print(  # noqa: T201
        json.dumps({"asked": asked, "left": left, "slowest": fare.usual, "calm": calm.usual})
    )


def _send(port: int, kind: str) -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    setattr(message, kind, True)
    with open_socket(port) as page:
        page.send(frame(BINARY, run_message()) + frame(BINARY, message.SerializeToString()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
