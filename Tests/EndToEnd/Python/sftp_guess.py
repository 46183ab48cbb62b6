"""Somebody who tries wrong passwords, and the camera itself right after them.

All connections are open before the first password is sent: the first wait is one second, and making a connection may
take longer than that on a busy machine.
"""

import paramiko

from program import run


def connect(port):
    transport = paramiko.Transport(("127.0.0.1", port))
    transport.start_client(timeout=60)
    return transport


def is_accepted(transport, user, password):
    try:
        transport.auth_password(user, password)
        return True
    except (paramiko.SSHException, EOFError):
        return False


def main(arguments):
    user = arguments.user
    transports = [connect(int(arguments.port)) for _ in range(4)]
    *guessing, camera = transports
    # A connection may try three times.
    guesses = [is_accepted(each, user, f"lpr_wrong_{number}") for each in guessing for number in range(2)]
    accepted = is_accepted(camera, user, arguments.password)
    for each in transports:
        each.close()
    return {"guesses": len(guesses), "guessed": sum(guesses), "accepted": accepted}


run(main, {"port": None, "user": None, "password": None})
