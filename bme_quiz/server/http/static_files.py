"""Static files of Streamlit from memory, compressed once and kept.

Streamlit sends its scripts uncompressed on purpose: compressing them anew for each visitor
costs more than it saves. Made once they cost nothing, and a phone on a slow line gets a fifth
of the bytes (measured with Streamlit 1.67: 2.3 MB of script become 0.5 MB, with gzip 0.6).

A response that is read from its file holds that file open until it has been read, so whoever asks
and never reads takes away what the process may have open. From memory it holds a reference.
"""

from __future__ import annotations

import mimetypes
import re
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import platformdirs
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bme_quiz.content.text import fingerprint
from bme_quiz.routes import FAVICON, MANIFEST, STATIC
from bme_quiz.server.http.encodings import Encoding, accepted, compress
from bme_quiz.server.http.streamlit_internals import static_folder
from bme_quiz.server.http.threads import FILES

PREFIX = f"{STATIC.path}/"
# By their names without the hash: what the start page is drawn with, and what a question needs
# on top of it. Streamlit fetches each kind of widget when the first of its kind is drawn.
FIRST_PAGE = ("index", "PageLink", "Html", "Button")
NEXT_PAGE = ("Radio", "Checkbox")
_COMPRESSED_KINDS = (".js", ".css", ".json", ".svg")
# What Streamlit serves beside that folder.
_BESIDE = (FAVICON.name, MANIFEST.name)
_IMPORT = re.compile(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""")


class StaticStore:
    """The files below Streamlit's static folder, compressed where that makes them smaller.

    Args:
        folder: the folder that Streamlit serves at ``/static/``.
        kept_in: where compressed files are kept between starts; None keeps them in memory only.
    """

    def __init__(self, folder: Path, kept_in: Path | None) -> None:
        self._cache = _usable(kept_in)
        # Names come from this list alone, so no address leads out of the folder.
        self._all = {
            path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*")
            if path.is_file()
        }
        beside = {f"../{name}": folder.parent / name for name in _BESIDE}
        self._all |= {name: path for name, path in beside.items() if path.is_file()}
        self._files = {n: p for n, p in self._all.items() if p.suffix in _COMPRESSED_KINDS}
        # Each at most once in memory, however many ask and never read: 25 MB if all are asked for
        # that browsers take compressed, which are 13 MB in both forms.
        self._plain: dict[str, bytes] = {}
        self._made: dict[tuple[str, Encoding], bytes] = {}
        self._locks: dict[tuple[str, Encoding], threading.Lock] = {}
        self._locks_lock = threading.Lock()

    @classmethod
    @cache
    def of_streamlit(cls) -> StaticStore:
        """The one store of the installed Streamlit, kept in the user's cache folder."""
        folder, version = static_folder()
        # Names of scripts hold a hash of what is in them, so the list of names says it all.
        names = sorted(path.name for path in folder.rglob("*"))
        place = f"static-{version}-{fingerprint(*names)}"
        return cls(folder, Path(platformdirs.user_cache_dir("bme-quiz")) / place)

    def __contains__(self, name: str) -> bool:
        return name in self._all

    def is_compressed(self, name: str) -> bool:
        """Whether there are compressed forms of a file."""
        return name in self._files

    def kept(self, name: str, encoding: Encoding | None) -> bytes | None:
        """A form of a file where it is in memory; None where it must be made or read."""
        if encoding is None:
            return self._plain.get(name)
        return self._made.get((name, encoding))

    def get(self, name: str, encoding: Encoding | None) -> bytes:
        """A form of a file, made now, while somebody waits, if it was never made.

        Args:
            encoding: None for the file as it is.

        Raises:
            KeyError: there is no such file, or no such form of it.
        """
        if encoding is None:
            return self._read(name)
        made = self.kept(name, encoding)
        return made if made is not None else self._make(name, encoding, best=False)

    def warm(self, names: Iterable[str]) -> None:
        """Make the best forms of these files, or read them from the cache.

        Without a cache the quick ones must do: the best take seconds at every start.
        """
        for name in names:
            for encoding in Encoding:
                if name in self._files and self.kept(name, encoding) is None:
                    self._make(name, encoding, best=self._cache is not None)

    def warm_first_pages(self) -> None:
        """Make what the first two pages need, the start page's files before the others."""
        styles = [name for name in self._files if name.startswith("css/index.")]
        self.warm([*styles, *self.closure(FIRST_PAGE), *self.closure(NEXT_PAGE)])

    def closure(self, stems: Iterable[str]) -> list[str]:
        """The scripts of these names and all that they import, such as ``js/Radio.BWQ.js``.

        Args:
            stems: names without their hash, ``Radio`` for ``Radio.BWQwdNIB.js``.
        """
        wanted = set(stems)
        scripts = {name: path for name, path in self._files.items() if name.startswith("js/")}
        queue = [name for name, path in scripts.items() if path.name.split(".")[0] in wanted]
        found: dict[str, None] = {}
        while queue:
            name = queue.pop(0)
            if name in found or name not in scripts:
                continue
            found[name] = None
            text = scripts[name].read_text("utf-8")
            queue += [f"js/{imported}" for imported in _IMPORT.findall(text)]
        return list(found)

    def _read(self, name: str) -> bytes:
        found = self._plain.get(name)
        # Of two that read at once, one object is sent to both.
        return found or self._plain.setdefault(name, self._all[name].read_bytes())

    def _make(self, name: str, encoding: Encoding, *, best: bool) -> bytes:
        path, key = self._files[name], (name, encoding)
        with self._locks_lock:
            lock = self._locks.setdefault(key, threading.Lock())
        # Two phones that ask at once wait for one compression, not for two.
        with lock:
            if key in self._made:
                return self._made[key]
            file = f"{name.replace('/', '_')}.{encoding}"
            kept = self._cache / file if self._cache else None
            if kept is not None and kept.is_file():
                made = kept.read_bytes()
            else:
                made = compress(path.read_bytes(), encoding, best=best)
                if kept is not None:
                    _write(kept, made)
            self._made[key] = made
            return made


class StaticFiles:
    """ASGI middleware: serves ``/static/…`` from memory, compressed to whoever takes that."""

    def __init__(self, app: ASGIApp, store: StaticStore) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        name = f"..{path}" if path[1:] in _BESIDE else path.removeprefix(PREFIX)
        if scope["type"] != "http" or name == path:
            await self._app(scope, receive, send)
            return
        await (await self._answer(scope, name))(scope, receive, send)

    async def _answer(self, scope: Scope, name: str) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Method not allowed", 405, {"allow": "GET, HEAD"})
        if name not in self._store:
            return PlainTextResponse("Not found", 404)
        is_compressed = self._store.is_compressed(name)
        encoding = accepted(Headers(scope=scope)) if is_compressed else None
        body = self._store.kept(name, encoding)
        if body is None:
            body = await FILES.run(scope, self._store.get, name, encoding)
        # Most names hold a hash of what is in the file: another version is another name.
        has_hash = not name.startswith("..")
        headers = {
            "cache-control": "public, max-age=31536000, immutable" if has_hash else "max-age=3600"
        }
        if encoding is not None:
            headers["content-encoding"] = encoding.value
        if is_compressed:
            headers["vary"] = "Accept-Encoding"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(body, media_type=kind, headers=headers)


def _usable(cache: Path | None) -> Path | None:
    if cache is None:
        return None
    try:
        cache.mkdir(parents=True, exist_ok=True)
        probe = cache / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        return None
    return cache


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; a second process may be doing the same."""
    part = path.with_name(f"{path.name}.{threading.get_ident()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
