"""An invented shop whose truth is known: web -> orders -> stock, two queries, and a mail sent through a queue."""

from __future__ import annotations

import random
from collections.abc import Iterable

import msgspec

from itk.stitch.inference import Work

MS = 1_000_000


def traffic(runs: int, seed: int = 1, every_ms: float = 40.0) -> list[Work]:
    """Exact work of so many runs, which begin every so many milliseconds on average."""
    rng = random.Random(seed)
    works: list[Work] = []
    at = 0.0
    for number in range(runs):
        at += rng.expovariate(1 / every_ms)
        works += _run(f"r{seed}.{number}", round(at * MS), rng)
    return works


def _run(run: str, start: int, rng: random.Random) -> list[Work]:
    """Every delay is drawn; callers wait for all that they call, but for the mail."""
    works: list[Work] = []

    def wait(low_ms: float, high_ms: float) -> int:
        return round(rng.uniform(low_ms, high_ms) * MS)

    def add(name: str, parent: str | None, component: str, begin: int, end: int, kind: str = "internal") -> None:
        works.append(
            Work(
                id=f"{run}/{name}",
                component=component,
                operation=name.rstrip("0123456789"),
                kind=kind,
                instance=f"{component}-1",
                start_ns=begin,
                end_ns=end,
                run=run,
                parent=f"{run}/{parent}" if parent else None,
            )
        )

    request = start + wait(0.2, 1.0)
    order = request + wait(0.5, 1.5)
    first = order + wait(0.1, 0.3)
    first_end = first + wait(1, 4)
    second = first_end + wait(0.1, 0.3)
    second_end = second + wait(1, 4)
    ask = second_end + wait(0.1, 0.5)
    stock = ask + wait(0.5, 1.5)
    stock_end = stock + wait(2, 9)
    ask_end = stock_end + wait(0.5, 1.5)
    send = ask_end + wait(0.1, 0.3)
    send_end = send + wait(0.5, 1.0)
    order_end = send_end + wait(0.1, 0.3)
    request_end = order_end + wait(0.5, 1.5)
    mail = send_end + wait(5, 300)
    add("GET /order", None, "web", start, request_end + wait(0.1, 0.5), "server")
    add("POST orders", "GET /order", "web", request, request_end, "client")
    add("create", "POST orders", "orders", order, order_end, "server")
    add("SELECT1", "create", "orders", first, first_end)
    add("SELECT2", "create", "orders", second, second_end)
    add("GET stock", "create", "orders", ask, ask_end, "client")
    add("reserve", "GET stock", "stock", stock, stock_end, "server")
    add("send mail", "create", "orders", send, send_end, "producer")
    add("mail", "send mail", "mailer", mail, mail + wait(3, 6), "consumer")
    return works


def without(works: Iterable[Work], *, parents: bool = True, runs: bool = False, share: float = 1.0) -> list[Work]:
    """The same work with ids lost; which ones is drawn, but always in the same way."""
    rng = random.Random(7)
    lost: list[Work] = []
    for work in works:
        gone = rng.random() < share
        parent = None if gone and parents else work.parent
        lost.append(msgspec.structs.replace(work, parent=parent, run=None if gone and runs else work.run))
    return lost


def shifted(works: Iterable[Work], ahead_ms: dict[str, int]) -> list[Work]:
    return [
        msgspec.structs.replace(
            w,
            start_ns=w.start_ns + ahead_ms.get(w.component, 0) * MS,
            end_ns=w.end_ns + ahead_ms.get(w.component, 0) * MS,
        )
        for w in works
    ]
