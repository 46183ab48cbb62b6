"""paramiko with patience: by itself it gives up after 15 seconds without a greeting, and a busy machine may pause as long."""

import paramiko


def new_transport(port):
    """A connection to the appliance; nothing is said on it yet."""
    made = paramiko.Transport(("127.0.0.1", int(port)))
    made.banner_timeout = made.handshake_timeout = made.auth_timeout = 120
    return made
