"""Compares how a case ended and what it wrote with what the program's head expects."""

import re


def one_line(text):
    """The head of a text, for a line of the result."""
    return "| ".join([line for line in text.split("\n") if line][:4]).replace("\t", " ")[:300]


class Known:
    """What the placeholders of a head stand for."""

    def __init__(self, case, printed):
        program = case.program
        self.program = program
        self.values = {"FILE": program.source.name.replace(".", r"\.")}
        self.values.update(case.values)
        for name, value in re.findall(r"^([a-z]+)=(.*)$", printed, re.MULTILINE):
            self.values[name.upper()] = value

    def fill_in(self, text):
        def stands_for(found):
            name = found[1]
            if name.startswith("LINE:"):
                line = self.program.line_of(name[5:])
                return found[0] if line is None else str(line)
            return self.values.get(name, found[0])

        return re.sub(r"\{([A-Z][A-Z0-9_]*|LINE:[a-z ]+)\}", stands_for, text)


def differences(case, end, printed, errors, logs):
    """What is not as expected, one sentence each."""
    program = case.program
    known = Known(case, printed)
    ours = [line for line in errors.split("\n") if line.startswith("==")]
    expected = program.first("expect", "exit 0")
    if end.words != expected:
        yield f"expected {expected}, came {end.words}"
    for wanted in program.all("stderr"):
        if not ours or not re.search(known.fill_in(wanted), ours[0]):
            yield f"expected first on stderr {known.fill_in(wanted)}"
    if program.has("stderr-none") and ours:
        yield "expected no report on stderr"
    for wanted in program.all("stderr-any"):
        if not any(re.search(known.fill_in(wanted), line) for line in ours):
            yield f"expected on stderr {known.fill_in(wanted)}"
    yield from report_differences(program, known, errors + logs)
    count = known.fill_in(program.first("stderr-count"))
    if count and count != str(len(ours)):
        yield f"expected {count} line(s) of ours on stderr, came {len(ours)}"


def report_differences(program, known, report):
    """Each of the report's expressions matches a line behind the one that the expression before it found."""
    lines, at = report.split("\n"), 0
    for wanted in program.all("report"):
        pattern = re.compile(known.fill_in(wanted))
        while at < len(lines) and not pattern.search(lines[at]):
            at += 1
        if at == len(lines):
            yield f"expected next in the report {known.fill_in(wanted)}"
            break
        at += 1
    for unwanted in program.all("report-not"):
        pattern = re.compile(known.fill_in(unwanted))
        if any(pattern.search(line) for line in lines):
            yield f"expected nowhere in the report {known.fill_in(unwanted)}"
