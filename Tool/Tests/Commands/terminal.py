#!/usr/bin/env python3
"""Drives `swiftmallocctl top` in a pseudo terminal: what it draws, what its keys do, and that the terminal is as before.

Usage: terminal.py TOOL PID
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

tool, pid = sys.argv[1:]


class Top:
    def __init__(self, *arguments, environment=None):
        self.master, self.slave = pty.openpty()
        self.resize(30, 100)
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            [tool, "top", *arguments], stdin=self.slave, stdout=self.slave, stderr=self.slave, start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.text = ""

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        """What is drawn within a time."""
        new, end = b"", time.time() + seconds
        while (rest := end - time.time()) > 0:
            if select.select([self.master], [], [], rest)[0]:
                new += os.read(self.master, 65536)
        text = new.decode(errors="replace")
        self.text += text
        return text

    def shows(self, holds, what):
        """Reads until a picture is drawn of which this holds; its lines. A picture begins at the upper left corner."""
        end = time.time() + 30 * min(10, max(1, os.getloadavg()[0] / os.cpu_count()))
        drawn = ""
        while time.time() < end:
            drawn += self.read(0.05)
            for picture in drawn.split("\x1b[H")[1:][-2:]:
                if holds(picture):
                    return [line.rstrip("\r") for line in plain(picture).split("\n")]
        raise AssertionError(f"{what}: {drawn[-2000:]!r}")

    def shows_word(self, word):
        self.shows(lambda picture: word in plain(picture), word)

    def shows_screen(self, rows, columns):
        """Waits for a picture of all lines, none too long, no number cut."""
        def holds(picture):
            seen = [line.rstrip("\r") for line in plain(picture).split("\n")]
            return (len(seen) == rows and all(len(line) <= columns for line in seen)
                    and not any(re.search(r"[0-9.]…", line) for line in seen)
                    and seen[-1].startswith("q quit") and ("p pause" in seen[-1]) == (columns > 50))
        self.shows(holds, f"a screen of {rows} lines of {columns}")

    def key(self, keys):
        os.write(self.master, keys.encode())

    def end(self):
        status = self.process.wait(60)
        self.read(0.1)
        assert self.text.rstrip().endswith("\x1b[?1049l"), "the second screen is left: " + repr(self.text[-80:])
        assert "\x1b[?25h" in self.text, "the cursor is back"
        assert termios.tcgetattr(self.slave) == self.before, "the terminal is as before"
        os.close(self.master)
        os.close(self.slave)
        return status


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


top = Top(pid, "--interval", "200")
seen = top.shows(lambda picture: "GIVEN▼" in plain(picture) and "redis-server" in picture and "\x1b[38;5;" in picture, "a picture")
assert "\x1b[?1049h" in top.text, repr(top.text[:400])
assert all(len(line) <= 100 for line in seen), seen
for keys, word in (("\x1b[C", "ASKED FOR▼"), (" ", "ASKED FOR▲"), ("\x1b[D", "GIVEN▲"), ("t", "ended threads"), ("p", "[paused]")):
    top.key(keys)
    top.shows_word(word)
top.key("p")
top.shows(lambda picture: "q quit" in plain(picture) and "[paused]" not in picture, "goes on")
top.resize(8, 50)
os.kill(top.process.pid, signal.SIGWINCH)
top.shows_screen(8, 50)
for columns in (40, 64, 100, 160):
    top.resize(40, columns)
    for keys in ("", "t", "\x1b[C", "t"):
        top.key(keys)
        top.shows_screen(40, columns)
top.key("\x1b[A\x1b[Bxyz\x1b")
top.key("q")
assert top.end() == 0

top = Top(environment={"NO_COLOR": "1"})
top.shows_word("PROGRAM")
top.read(0.5)
assert not any(colour in top.text for colour in ("\x1b[38;5", "\x1b[1m", "\x1b[7m")), repr(top.text)
top.key("\x03")
assert top.end() == 0

for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    top = Top(pid)
    top.shows_word("redis-server")
    top.process.send_signal(number)
    assert top.end() == 128 + number, number
print("as it should be")
