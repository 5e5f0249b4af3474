"""The addresses of a session: what phones open, and how this machine is found on its network."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from bme_quiz.routes import BARE, JOIN, ROOM, Addresses

# Somewhere on each of the networks that homes and clinics use (RFC 1918, the ranges that routers
# come with), and one that only a default route leads to (RFC 5737). Nothing is sent there.
_TOWARDS = ("192.168.0.1", "192.168.1.1", "10.0.0.1", "172.16.0.1", "192.0.2.1")
_ANY_PORT = 9


def clean_address(text: str, base_path: str = "") -> str:
    """A server's address in front of all others: scheme and host, without a slash at its end.

    Args:
        base_path: what may stand behind the host, since people open it with that.

    Raises:
        ValueError: it is no http or https address, or has something else behind its host.
    """
    found = _host(text.strip(), base_path)
    if found is None:
        behind = f"nothing but the base path {base_path}" if base_path else "nothing"
        raise ValueError(
            f"'{text}' is not an address that phones could open; write one such as "
            f"https://quiz.example.org or http://192.168.1.5:8501, with {behind} behind it"
        )
    return found


def _host(text: str, base_path: str) -> str | None:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    path = parts.path.strip("/")
    # A user's name would be carried onto the wall with the address.
    more = parts.query or parts.fragment or "@" in parts.netloc
    more = more or path not in ("", base_path.strip("/"))
    sound = host and all(c.isalnum() or c in "-._:" for c in host) and port != 0
    if parts.scheme not in ("http", "https") or more or not sound:
        return None
    return f"{parts.scheme}://{parts.netloc}"


def invited_page(addresses: Addresses, code: str, key: str) -> str:
    """Address of a session for whoever has scanned its QR code.

    Args:
        key: of the session, from ``services.rooms.room_key``; shows that nobody guessed the code.
    """
    return addresses.to(ROOM, {"k": key}, code=code)


def is_this_machine_only(address: str) -> bool:
    """Whether an address leads every device to itself, so that no phone can use it."""
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    found = _ip(host)
    return found is not None and found.is_loopback


def is_private(address: str) -> bool:
    """Whether an address is a number on a local network: only devices on it can use it."""
    found = _ip(urlsplit(address).hostname or "")
    return found is not None and found.is_private and not found.is_loopback


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


LOOPBACK_NAME = "localhost"

FROM_THIS_MACHINE = "x-bme-quiz-this-machine"
"""Header by which a page learns that its browser runs on the server's own machine. Nobody else can
set it: the server takes it off whatever comes in."""


FROM_NETWORK = "x-bme-quiz-network"
"""Header by which a page learns from which network its browser comes, for limits. Nobody else can
set it either."""


def split_host(text: str) -> tuple[str, int | None] | None:
    """Name and port of a ``Host`` header; None where it is none.

    The name is in lower case, without the brackets of an IPv6 address and without the root's dot.
    """
    text = text.strip().lower()
    if len(text) > _LONGEST_HOST or not _HOST.fullmatch(text):
        return None
    if text.startswith("["):
        name, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
        if not isinstance(_ip(name), IPv6Address):
            return None
    else:
        name, _, port = text.partition(":")
        name = name.removesuffix(".")
    if not name or (port and not 0 < int(port) < 65536):
        return None
    return name, int(port) if port else None


# A name has at most 253 signs (RFC 1035), a port five.
_LONGEST_HOST = 260
_HOST = re.compile(r"(?:\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,254})(?::[0-9]{0,5})?")


def client_ip(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a request comes from; None where it is none. IPv4 is told from IPv6."""
    found = _ip(host)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


# Each request asks for it.
@lru_cache(maxsize=4096)
def client_network(host: str) -> str:
    """What a client's address counts as where there is a limit for each.

    Of an IPv6 address only the network counts: one device has as many addresses in it as it
    likes (RFC 8981).
    """
    found = client_ip(host)
    if isinstance(found, IPv6Address):
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(found or host)


def client_neighbourhood(host: str) -> str:
    """The networks round a client's that one person may well have as a whole.

    IPv4: the 256 addresses that begin alike; IPv6: what a provider gives one customer at most,
    a /48 (RFC 6177). A network from :func:`client_network` has the neighbourhood of its clients.
    """
    found = client_ip(host)
    if isinstance(found, IPv6Address):
        return str(IPv6Address(int(found) >> 80 << 80))
    return host if found is None else str(found).rpartition(".")[0]


def local_addresses(source: Callable[[str], str | None] | None = None) -> tuple[str, ...]:
    """This machine's IPv4 addresses on the networks round it, the likeliest first; maybe none.

    Args:
        source: the address from which this machine would speak to another; None where it cannot.
    """
    ways = [(towards, (source or _source)(towards)) for towards in _TOWARDS]
    # On the very network that was asked for; all else may be the way out, a VPN among them.
    ways.sort(key=lambda way: way[1] is None or _network(way[0]) != _network(way[1]))
    found = [ip_address(own) for _, own in ways if own is not None]
    return tuple(
        dict.fromkeys(str(one) for one in found if not one.is_loopback and not one.is_unspecified)
    )


def _network(address: str) -> str:
    return address.rpartition(".")[0]


def _source(towards: str) -> str | None:
    """The system picks it when a datagram socket is given its peer; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((towards, _ANY_PORT))
        except OSError:
            return None
        return str(probe.getsockname()[0])


def no_invitation(host: str) -> str:
    """Startup notice when the server listens on loopback only.

    Args:
        host: where the server listens.
    """
    return (
        f"For phones: none can come in, since this server listens on {host}, which is this "
        "computer alone. To let them in, start it with --room and neither --host nor "
        "BME_QUIZ_HOST."
    )


def invitation(address: str | None, others: Sequence[str] = (), addresses: Addresses = BARE) -> str:
    """What is printed at a start for phones.

    Args:
        address: what phones open, as :func:`clean_address` gives it; None where none was found.
        others: further hosts under which this machine may be found.
        addresses: with the base path.
    """
    if address is None:
        return (
            "For phones: no address was found that they could open. Join the network that the "
            "phones are on and start again, or set BME_QUIZ_ADDRESS to what they are to open."
        )
    lines = [f"For phones: {addresses.at(address).to(JOIN)}"]
    port = urlsplit(address).port
    if port is not None:
        lines.append(
            "Phones must be on the same network as this computer, and its firewall must let port "
            f"{port} in."
        )
    if others:
        lines.append(
            f"This computer is also known as {', '.join(others)}; where phones cannot open the "
            "address above, set BME_QUIZ_ADDRESS to the right one."
        )
    return "\n".join(lines)
