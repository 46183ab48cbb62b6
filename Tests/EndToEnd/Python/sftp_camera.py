"""A camera of the field: paramiko, by password and by key, with the calls that such cameras make."""

import io

import paramiko

from program import expect, expect_equal, run
from ssh_client import new_transport


def session(arguments, **login):
    made = new_transport(arguments.port)
    made.connect(username=arguments.user, **login)
    return made, paramiko.SFTPClient.from_transport(made)


def fails(kind, action, what):
    try:
        action()
    except kind:
        return
    expect(False, f"{what} was allowed")


def main(arguments):
    with open(arguments.picture, "rb") as file:
        picture = file.read()
    transport, sftp = session(arguments, pkey=paramiko.Ed25519Key.from_private_key_file(arguments.key))
    transport.close()

    transport, sftp = session(arguments, password=arguments.password)
    folder = "/paramiko/2026/11"
    try:
        sftp.stat(folder)
        expect(False, "the folder is there before it was made")
    except FileNotFoundError:
        sftp.mkdir(folder)
    sent = sftp.put(arguments.picture, folder + "/p.jpg")
    seen = sftp.stat(folder + "/p.jpg")
    expect_equal(seen.st_size, len(picture), "the size after the upload")
    expect_equal(sent.st_size, len(picture), "the size that put gives")
    expect_equal(sftp.listdir(folder), ["p.jpg"], "the folder")
    expect_equal(sftp.normalize("."), "/", "where the camera is")
    back = io.BytesIO()
    sftp.getfo(folder + "/p.jpg", back)
    expect(back.getvalue() == picture, "what comes back is another picture")

    fails(IOError, lambda: sftp.symlink("/etc/passwd", "link"), "a link")
    fails(IOError, lambda: sftp.open("/etc/passwd"), "/etc/passwd")
    sftp.chmod(folder, 0o777)
    sftp.utime(folder, (1_000_000_000, 1_000_000_000))
    expect_equal(sftp.stat(folder).st_mtime, 1_000_000_000, "the time of the folder")
    with sftp.open("notes.txt", "w") as file:
        file.write("one ")
    with sftp.open("notes.txt", "a") as file:
        file.write("two")
    with sftp.open("notes.txt") as file:
        expect_equal(file.read(), b"one two", "what was appended")
    sftp.rename("notes.txt", "other.txt")
    sftp.posix_rename("other.txt", "notes.txt")
    sftp.truncate("notes.txt", 3)
    expect_equal(sftp.stat("notes.txt").st_size, 3, "the size after truncate")
    sftp.remove("notes.txt")
    fails(IOError, lambda: sftp.rmdir("/paramiko"), "to remove a folder with files")
    transport.close()
    return {"size": len(picture)}


run(main, {"port": None, "user": None, "password": None, "key": None, "picture": None})
