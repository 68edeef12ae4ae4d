"""How long until something is to be seen: commands beside a bare interpreter, the app beside a bare Textual app.

All are whole processes, in turn, in one run; medians and ratios. The file holds as many customers and orders as asked:

    .venv/bin/python benchmarks/start.py [customers] [rounds]
"""

import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

PYTHON = sys.executable
ROWS, COLUMNS = 24, 80
HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App[None]):
    def compose(self):
        yield Static("Customer 00000")
Hello().run()
"""
DAY = "2026-11-25"
"""A working day: on others nobody is on the list."""
APP = f"""
from datetime import date
from outreach_tui.app import run_app
from outreach_tui.bootstrap import Services
from outreach_tui.clock import SystemClock
run_app(Services(clock=SystemClock(date.fromisoformat("{DAY}"))))
"""
SEEN = b"Customer 0"
"""Stands on the first screen of both."""


def make_file(path: Path, customers: int) -> None:
    """Fill a new file through the import, with four orders for each customer."""
    first = date(2024, 1, 1)
    names = [f"Customer {number:05}" for number in range(customers)]
    people = path.with_name("customers.csv")
    people.write_text(
        "Company,Phone\n" + "".join(f"{n},1{i:06}\n" for i, n in enumerate(names)), "utf-8"
    )
    orders = path.with_name("orders.csv")
    lines = [
        f"{i * 4 + k},{n},{first + timedelta(days=(i * 7 + k * 90) % 700)},10.00"
        for i, n in enumerate(names)
        for k in range(4)
    ]
    orders.write_text("Order ID,Customer,Date,Amount\n" + "\n".join(lines) + "\n", "utf-8")
    command = [PYTHON, "-m", "outreach_tui", "import", str(people), str(orders)]
    subprocess.run(command, check=True, capture_output=True)


def whole_process(*arguments: str) -> float:
    """Return the seconds that a command takes from start to end."""
    begin = time.perf_counter()
    subprocess.run([PYTHON, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begin


def first_paint(code: str) -> float:
    """Return the seconds until a program in a terminal of its own shows a customer."""
    begin = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.execv(PYTHON, [PYTHON, "-c", code])
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    shown = b""
    while SEEN not in shown:
        if not select.select([terminal], [], [], 20)[0]:
            raise SystemExit("nothing was shown in 20 seconds")
        shown += os.read(terminal, 65536)
    taken = time.perf_counter() - begin
    os.kill(child, 9)
    os.waitpid(child, 0)
    os.close(terminal)
    return taken


def main() -> None:
    """Measure, and print a table."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outreach.json"
        os.environ |= {
            "OUTREACH_FILE": str(path),
            "OUTREACH_CONFIG": str(path.with_name("config.toml")),
            "XDG_CACHE_HOME": str(path.with_name("cache")),
            "XDG_STATE_HOME": str(path.with_name("state")),
        }
        os.environ |= {"TERM": "xterm-256color"}
        make_file(path, customers)
        cases = {
            "python -c pass": lambda: whole_process("-c", "pass"),
            "python -c 'import click'": lambda: whole_process("-c", "import click"),
            "outreach today": lambda: whole_process("-m", "outreach_tui", "--today", DAY, "today"),
            "outreach customers": lambda: whole_process("-m", "outreach_tui", "customers"),
            "bare Textual app, first text": lambda: first_paint(HELLO),
            "outreach, first customer": lambda: first_paint(APP),
        }
        taken: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(rounds):
            for name, case in cases.items():
                taken[name].append(case())
        medians = {name: statistics.median(found) for name, found in taken.items()}
        print(
            f"{customers} customers, {customers * 4} orders, {path.stat().st_size / 1e6:.1f} MB; {rounds} rounds"
        )
        for name, median in medians.items():
            peer = "bare Textual app, first text" if "first" in name else "python -c 'import click'"
            print(f"{name:32} {median * 1000:6.0f} ms   {median / medians[peer]:5.2f} × {peer}")


if __name__ == "__main__":
    main()
