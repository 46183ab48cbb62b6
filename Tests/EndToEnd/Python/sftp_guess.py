"""Somebody who tries passwords, each on a connection of its own."""

import paramiko

from program import run


def main(arguments):
    accepted = refused = 0
    for number in range(int(arguments.tries)):
        transport = paramiko.Transport(("127.0.0.1", int(arguments.port)))
        try:
            transport.connect(username=arguments.user, password=arguments.password or f"lpr_wrong_{number}")
            accepted += 1
        except (paramiko.SSHException, EOFError):
            refused += 1
        finally:
            transport.close()
    return {"accepted": accepted, "refused": refused}


run(main, {"port": None, "user": None, "password": "", "tries": "14"})
