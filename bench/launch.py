"""Run one command and write down what it cost, its children included: launch.py RESULT COMMAND...

It stands alone and imports little, because a process's peak memory is at least that of the one
it was started from.
"""

import json
import os
import sys
import time


def main() -> int:
    """Write a JSON object to the file RESULT; the exit code is always 0 once the command ran."""
    result, *command = sys.argv[1:]
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    cost = {
        "wall": time.perf_counter() - started,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * 1024,  # Linux counts in KiB
        "code": os.waitstatus_to_exitcode(status),
    }
    with open(result, "w", encoding="utf-8") as file:  # noqa: PTH123 (pathlib costs memory)
        json.dump(cost, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
