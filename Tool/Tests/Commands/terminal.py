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
        text = new.decode()
        self.text += text
        return text

    def key(self, keys, seconds=0.4):
        os.write(self.master, keys.encode())
        return self.read(seconds)

    def end(self):
        status = self.process.wait(5)
        self.read(0.1)
        assert self.text.rstrip().endswith("\x1b[?1049l"), "the second screen is left: " + repr(self.text[-80:])
        assert "\x1b[?25h" in self.text, "the cursor is back"
        assert termios.tcgetattr(self.slave) == self.before, "the terminal is as before"
        os.close(self.master)
        os.close(self.slave)
        return status


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


def lines(text):
    return [line.rstrip("\r") for line in plain(text.split("\x1b[H")[-1]).split("\n")]


top = Top(pid, "--interval", "200")
drawn = top.read(1)
assert "\x1b[?1049h" in drawn and "redis-server" in drawn and "\x1b[38;5;" in drawn, repr(drawn[:400])
assert "GIVEN▼" in drawn
assert all(len(line) <= 100 for line in lines(drawn)), lines(drawn)
assert "ASKED FOR▼" in top.key("\x1b[C"), "right"
assert "ASKED FOR▲" in top.key(" "), "space"
assert "GIVEN▲" in top.key("\x1b[D"), "left"
threads = top.key("t")
assert "NAME" in threads and "ended threads" in plain(threads), "t"
assert "[paused]" in top.key("p"), "p"
assert "[paused]" not in top.key("p"), "p again"
top.resize(8, 50)
os.kill(top.process.pid, signal.SIGWINCH)
small = lines(top.read(0.5))
assert len(small) <= 8 and all(len(line) <= 50 for line in small), small
for columns in (40, 64, 100, 160):
    top.resize(40, columns)
    for keys in ("", "t", "\x1b[C", "t"):
        seen = lines(top.key(keys, 0.5) if keys else top.read(0.5))
        assert all(len(line) <= columns for line in seen), (columns, seen)
        cut = [line for line in seen if re.search(r"[0-9.]…", line)]
        assert not cut, (columns, cut)
        assert len(seen) == 40 and seen[-1].startswith("q quit") and ("p pause" in seen[-1]) == (columns > 50), seen[-1]
top.key("\x1b[A\x1b[Bxyz\x1b")
top.key("q", 0.1)
assert top.end() == 0

top = Top(environment={"NO_COLOR": "1"})
drawn = top.read(0.8)
assert "PROGRAM" in drawn and "\x1b[38;5" not in drawn and "\x1b[1m" not in drawn and "\x1b[7m" not in drawn, repr(drawn)
top.key("\x03", 0.1)
assert top.end() == 0

for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    top = Top(pid)
    top.read(0.6)
    top.process.send_signal(number)
    assert top.end() == 128 + number, number
print("as it should be")
