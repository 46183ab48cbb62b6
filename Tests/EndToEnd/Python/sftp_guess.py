"""Somebody who tries wrong passwords, and the camera itself right after them.

All connections are open before the first password is sent, and the camera follows the guess that locks its account at
once: the first wait is one second. On a busy machine even that may be over, so that the time is told as well.
"""

import time

import paramiko

from program import run
from ssh_client import new_transport


def connect(port):
    made = new_transport(port)
    made.start_client(timeout=120)
    return made


def is_accepted(connection, user, password):
    try:
        connection.auth_password(user, password)
        return True
    # A server that has heard enough may be gone before it was told the next password.
    except (paramiko.SSHException, EOFError, ConnectionError):
        return False


def main(arguments):
    user = arguments.user
    connections = [connect(arguments.port) for _ in range(3)]
    *guessing, camera = connections
    # A connection may try three times; three failures are free, the fourth one locks.
    started = time.monotonic()
    guesses = [is_accepted(guessing[number // 2], user, f"lpr_wrong_{number}") for number in range(4)]
    accepted = is_accepted(camera, user, arguments.password)
    seconds = time.monotonic() - started
    for each in connections:
        each.close()
    return {"guesses": len(guesses), "guessed": sum(guesses), "accepted": accepted, "seconds": seconds}


run(main, {"port": None, "user": None, "password": None})
