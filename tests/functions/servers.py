"""Servers on localhost that functions talk to."""

import ssl
from socket import socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any


class TlsServer(ThreadingTCPServer):
    """A server on a port of localhost that proves itself with a certificate of the tests' authority."""

    daemon_threads = True

    def __init__(self, handler: type[BaseRequestHandler], tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.tls = tls

    def get_request(self) -> tuple[Any, Any]:
        plain, address = super().get_request()
        plain.settimeout(10)
        return self.encrypted(plain), address

    def encrypted(self, plain: socket) -> Any:
        return self.tls.wrap_socket(plain, server_side=True)
