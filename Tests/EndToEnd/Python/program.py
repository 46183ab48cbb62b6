"""What every program here shares: its arguments, its limit of time, and the one line that it ends with."""

import argparse
import json
import signal
import sys
import threading
import time
import traceback


class Failed(Exception):
    """Something is not as it should be; the message says what was expected and what was seen."""


class TookTooLong(BaseException):
    """Not a failure that somebody may expect and go on from."""


def expect(condition, message):
    if not condition:
        raise Failed(message)


def expect_equal(seen, expected, what):
    if seen != expected:
        if isinstance(seen, dict) and isinstance(expected, dict):
            # Only what differs.
            seen, expected = ({name: one.get(name, "(absent)") for name in {**one, **other}
                               if one.get(name, "(absent)") != other.get(name, "(absent)")}
                              for one, other in ((seen, expected), (expected, seen)))
        raise Failed(f"{what}: expected {expected!r}, saw {seen!r}")


def step(name):
    """Asks the test for something that only it can do, such as to stop the appliance. Gives what it answers."""
    print(f"step: {name}", flush=True)
    answer = sys.stdin.readline()
    expect(answer.endswith("\n"), f"the test did not do '{name}'")
    return answer.rstrip("\n")


def serve(ready, answer):
    """Says that it is ready, then answers each line of the test with `answer(line)` until the test needs no more."""
    print(f"ready: {ready}", flush=True)
    for number, line in enumerate(sys.stdin, 1):
        print(f"answer {number}: {answer(line.rstrip())}", flush=True)


def eventually(what, look, seconds=60):
    """Asks `look()` again and again until it gives something that is true, and gives it."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise Failed(f"no {what} within {seconds} s")
        time.sleep(0.05)


class Inbox:
    """What arrives on other threads, in order; a reader waits for what it is interested in."""

    def __init__(self):
        self._condition = threading.Condition()
        self._items = []

    def put(self, item):
        with self._condition:
            self._items.append(item)
            self._condition.notify_all()

    def all(self):
        with self._condition:
            return list(self._items)

    def wait(self, what, found, seconds=60):
        """Waits until `found(items)` gives something that is true, and gives it."""
        end = time.monotonic() + seconds
        with self._condition:
            while True:
                result = found(self._items)
                if result:
                    return result
                left = end - time.monotonic()
                if left <= 0:
                    raise Failed(f"no {what} within {seconds} s; there was: {str(self._items)[-3000:]}")
                self._condition.wait(left)


    def first(self, what, matches, seconds=60):
        """Waits for the first item that matches, and looks at each only once."""
        place = 0

        def look(items):
            nonlocal place
            while place < len(items):
                place += 1
                if matches(items[place - 1]):
                    return [items[place - 1]]
            return None

        return self.wait(what, look, seconds)[0]


def run(main, options, seconds=300):
    """Runs `main(arguments)`; `options` are names with their default, or None when they have to be given."""
    parser = argparse.ArgumentParser()
    for name, default in options.items():
        parser.add_argument(f"--{name}", default=default, required=default is None)

    def end(number, _):
        raise TookTooLong("it took too long" if number == signal.SIGALRM else "it was told to end")

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGALRM, end)
    arguments = parser.parse_args()
    signal.alarm(seconds)
    try:
        seen = main(arguments)
    except (Exception, TookTooLong) as error:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        traceback.print_exc()
        print(f"\nFAILED: {error}", file=sys.stderr, flush=True)
        sys.exit(1)
    print(json.dumps(seen or {}, ensure_ascii=False, default=str), flush=True)
