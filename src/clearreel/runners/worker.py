"""The inside of a worker process."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from clearreel.core.errors import ClearreelError
from clearreel.core.pulse import pulse
from clearreel.visit.visiting import visit

PULSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Defect:
    """An error that nobody raised on purpose: a defect of a stage, or of clearreel."""

    summary: str
    trace: str


def work(descriptor: int) -> None:
    """Take assignments from a connection and give results back, until its other end closes.

    `descriptor` is the number of the open file that the connection is made of.
    """
    connection = Connection(descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the runner to handle
    sending = threading.Lock()
    threading.Thread(target=_tell_pulse, args=(connection, sending), daemon=True).start()
    while True:
        try:
            assignment = connection.recv()
        except EOFError:
            return
        result: object
        try:
            result = visit(assignment)
        except ClearreelError as error:
            result = error
        except Exception as error:  # noqa: BLE001 (one bad source must not end a long run)
            result = Defect(f"{type(error).__name__}: {error}", traceback.format_exc())
        with sending:
            connection.send(result)


def _tell_pulse(connection: Connection, sending: threading.Lock) -> None:
    # Nobody writes to standard input. It ends with the runner, even one that was killed.
    while not wait([sys.stdin.fileno()], timeout=PULSE_SECONDS):
        try:
            with sending:
                connection.send(pulse())
        except OSError:
            break
    os._exit(1)  # nobody waits any more for what this process makes
