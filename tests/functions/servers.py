"""Servers on localhost that functions talk to."""

import ssl
import threading
from socket import IPPROTO_TCP, SHUT_RDWR, TCP_NODELAY, socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any


class TlsServer(ThreadingTCPServer):
    """A server on a port of localhost that proves itself with a certificate of the tests' authority."""

    daemon_threads = True

    def __init__(self, handler: type[BaseRequestHandler], tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.tls, self.stopped = tls, False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        """Wait for whoever comes: to look every now and then whether to stop, as `serve_forever` does, costs more."""
        while not self.stopped:
            self.handle_request()

    def stop(self) -> None:
        """Wake the thread, which nobody can connect to any more."""
        self.stopped = True
        self.socket.shutdown(SHUT_RDWR)
        self.thread.join()
        self.server_close()

    def get_request(self) -> tuple[Any, Any]:
        plain, address = super().get_request()
        plain.settimeout(10)
        plain.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)  # or it waits 40 ms for the other side, which waits for it
        return self.encrypted(plain), address

    def encrypted(self, plain: socket) -> Any:
        return self.tls.wrap_socket(plain, server_side=True)
