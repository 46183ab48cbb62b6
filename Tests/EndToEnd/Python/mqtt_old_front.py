"""In front of a broker: it knows nothing newer than MQTT 3.1.1. It refuses MQTT 5 as the standard says, or just hangs up.

Prints its port; each line from the test is answered with how many connections came, and how many were refused.
"""

import socket
import threading

from mqtt_wire import CONNACK, CONNECT, Listener, Wire, packet
from program import run, serve


def pipe(source, target):
    try:
        while data := source.recv(65_536):
            target.sendall(data)
    except OSError:
        pass
    for each in (source, target):
        try:
            each.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Front(Listener):
    def __init__(self, arguments):
        self.arguments = arguments
        self.refused = 0
        self.listen()

    def talk(self, connection):
        wire = Wire(connection)
        while not wire.whole():
            if not wire.fill():
                return wire.close()
        kind, _, body, _ = wire.whole()
        # Behind the name of the protocol, six bytes, comes its level.
        if kind != CONNECT or body[6] > 4:
            self.refused += 1
            if self.arguments.manner == "answer":
                wire.send(packet(CONNACK, b"\0\1"))
            return wire.close()
        host, port = self.arguments.broker.split(":")
        broker = socket.create_connection((host, int(port)))
        broker.sendall(wire.buffer)
        threading.Thread(target=pipe, args=(broker, connection), daemon=True).start()
        pipe(connection, broker)


def main(arguments):
    front = Front(arguments)
    serve(front.listener.getsockname()[1], lambda question: f"{front.connections} {front.refused}")


run(main, {"broker": None, "manner": "answer"}, seconds=600)
