"""Runs one program in a process of its own, with a time limit that grows with the machine's load."""

import os
import select
import signal
import time

STARTED = set()


class End:
    """How a process ended."""

    def __init__(self, status, allowed, seconds, cpu):
        self.seconds, self.cpu = seconds, cpu
        self.code = None if status is None else os.waitstatus_to_exitcode(status)
        if self.code is None:
            self.words = f"no end within {allowed:.0f}s"
        elif self.code >= 0:
            self.words = f"exit {self.code}"
        elif self.code == -signal.SIGABRT:
            self.words = "abort"
        else:
            self.words = f"signal {-self.code} ({signal_name(-self.code)})"


def signal_name(number):
    try:
        return signal.Signals(number).name.removeprefix("SIG")
    except ValueError:
        return f"RTMIN{number - signal.SIGRTMIN:+d}"


def crowding():
    """How many processes want each core, at least 1: what a time limit is multiplied by."""
    return min(10.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def run(command, environment, allowed, output, errors):
    """Runs command with this environment, its streams in the two files; kills it after allowed seconds of a quiet machine."""
    began = time.monotonic()
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, output, write, 0o644),
               (os.POSIX_SPAWN_OPEN, 2, errors, write, 0o644)]
    # A group of its own, so that its children end with it; and the signals are as usual that Python ignores, or that are
    # ignored in what runs the tests, as a shell's background.
    process = os.posix_spawn(command[0], command, environment, file_actions=streams, setpgroup=0,
                             setsigdef=[signal.SIGPIPE, signal.SIGXFSZ, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT,
                                        signal.SIGTERM])
    STARTED.add(process)
    watched = os.pidfd_open(process)
    waiting = select.poll()
    waiting.register(watched, select.POLLIN)
    try:
        limit = allowed
        while not waiting.poll(max(0, began + limit - time.monotonic()) * 1000):
            grown = allowed * crowding()
            if grown <= limit:
                stop(process, waiting)
                _, _, usage = os.wait4(process, 0)
                return End(None, limit, time.monotonic() - began, usage.ru_utime + usage.ru_stime)
            limit = grown
        _, status, usage = os.wait4(process, 0)
        return End(status, limit, time.monotonic() - began, usage.ru_utime + usage.ru_stime)
    finally:
        STARTED.discard(process)
        os.close(watched)


def stop(process, waiting):
    """Asks the process and its group to end, then ends them."""
    signal_group(process, signal.SIGTERM)
    signal_group(process, signal.SIGCONT)
    if not waiting.poll(2000):
        signal_group(process, signal.SIGKILL)


def stop_all():
    for process in list(STARTED):
        signal_group(process, signal.SIGKILL)


def signal_group(process, number):
    try:
        os.killpg(process, number)
    except ProcessLookupError:
        pass
