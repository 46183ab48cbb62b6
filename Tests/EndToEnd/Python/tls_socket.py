"""A TLS connection that one thread may read while another one writes, which websocket-client's users do.

OpenSSL's connections are not for two threads at once, and the sockets of Python's `ssl` do not take turns: a reader
beside a writer now and then takes the connection for ended and closes it. https://github.com/python/cpython/issues/140795
"""

import os
import socket
import ssl
import threading
import urllib.parse


class TLSSocket:
    """What websocket-client needs of a socket. The connection is made and encrypted at once."""

    def __init__(self, address, source=None, timeout=60):
        parts = urllib.parse.urlsplit(address)
        self._wire = socket.create_connection((parts.hostname, parts.port), timeout, source and (source, 0))
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"]).wrap_bio(
            self._incoming, self._outgoing, server_hostname=parts.hostname)
        # Held while OpenSSL works and while records leave, in their order; never while a reader waits.
        self._turn = threading.Lock()
        self._work(self._tls.do_handshake)
        for name in ("settimeout", "gettimeout", "fileno", "shutdown", "close"):
            setattr(self, name, getattr(self._wire, name))

    def _work(self, step):
        """Does a step of TLS, and reads what it waits for."""
        while True:
            with self._turn:
                try:
                    return step()
                except ssl.SSLWantReadError:
                    pass
                finally:
                    if self._outgoing.pending:
                        self._wire.sendall(self._outgoing.read())
            received = self._wire.recv(65536)
            with self._turn:
                self._incoming.write(received) if received else self._incoming.write_eof()

    def recv(self, size):
        try:
            return self._work(lambda: self._tls.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def send(self, data):
        return self._work(lambda: self._tls.write(data))


def websocket_options(address):
    """What to give to websocket-client, so that an encrypted connection may be read and written at once."""
    return {"socket": TLSSocket(address)} if address.startswith("https") else {}
