"""Cameras that upload one picture after the other, until the box is gone or has no room."""

import io
import threading
import uuid

import paramiko

from api import jpeg
from program import run
from ssh_client import new_transport

lock = threading.Lock()


def main(arguments):
    acknowledged, refusals = [], []
    accounts = [account.split(":") for account in arguments.accounts.split(",")]
    comment = b"".join(b"\xff\xfe\xff\xff" + b"x" * 65533 for _ in range(int(arguments.bytes) // 65535))
    rest = int(arguments.bytes) % 65535
    picture = jpeg()
    picture = picture[:2] + comment + b"\xff\xfe" + (rest + 2).to_bytes(2, "big") + b"x" * rest + picture[2:]

    def upload(user, key, thread):
        connection = new_transport(arguments.port)
        try:
            connection.connect(username=user, password=key)
            sftp = paramiko.SFTPClient.from_transport(connection)
            for number in range(100_000):
                name = f"{arguments.prefix}{thread}-{number}.jpg"
                # Each picture is one of its own.
                own = picture[:-2] + uuid.uuid4().bytes.replace(b"\xff", b"\xfe") + picture[-2:]
                try:
                    file = sftp.open(name, "wb")
                    file.write(own)
                    # What close() itself would swallow.
                    sftp._request(paramiko.sftp.CMD_CLOSE, file.handle)
                    file._closed = True
                except OSError as error:
                    with lock:
                        refusals.append(str(error))
                    return
                with lock:
                    acknowledged.append(name)
                    print(f"acknowledged {len(acknowledged)}: {name}", flush=True)
        except (paramiko.SSHException, EOFError):
            return
        finally:
            connection.close()

    threads = []
    for number in range(int(arguments.threads)):
        user, key = accounts[number % len(accounts)]
        threads.append(threading.Thread(target=upload, args=(user, key, number)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return {"acknowledged": acknowledged, "refusal": refusals[0] if refusals else ""}


run(main, {"port": None, "accounts": None, "threads": "3", "prefix": "", "bytes": "60000"})
