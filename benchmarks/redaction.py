"""How does redaction's work grow with the length of a text? For texts made to be hard, four times the text.

    python benchmarks/redaction.py

Linear work takes 4 times the CPU time, quadratic work 16 times. Exit code 1 where a shape is above 8.
"""

from __future__ import annotations

import statistics
import sys
import time

from itk.redact import Redactor

WORST = [
    *(
        "a",
        "a ",
        "a.",
        "a@",
        "@",
        "a@b.",
        "1",
        "1 ",
        "1-",
        "+1",
        "+1 ",
        "4111 ",
        "0151 ",
        "DE89 ",
        "1.2.3.4 ",
        "2001:db8::",
    ),
    *(
        "{",
        "[",
        '{"',
        '{"a":',
        '{"a":1} ',
        '"',
        "'",
        "\\",
        '\\"',
        "(",
        "<",
        "<a",
        "<password>",
        "://",
        "://a:b",
        "u:p@",
    ),
    *(
        "password ",
        "password=",
        "password='",
        'password="\\',
        "password: x ",
        "authorization: a ",
        "Cookie: ",
        "key is ",
    ),
    *(
        "A_SECRET=x ",
        "--password x ",
        "--",
        "&a=",
        "?sig=",
        "secret:(",
        "secret:{",
        "secret=[",
        "&quot;",
        "password=&quot;",
    ),
    *(
        "eyJ",
        "eyJa.",
        "Bearer ",
        "basic abcd ",
        "AKIA",
        "sk-",
        "-----BEGIN PRIVATE KEY-----",
        "%41",
        "%",
        "arn:aws:secret:",
    ),
    *("[redacted:", "[redacted:x#abcdef]", "hooks.slack.com/services/", "\n", "é", "\ud800"),
]


def seconds(text: str) -> float:
    """CPU time, the best of three."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        Redactor(salt=b"benchmark").text(text)
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> int:
    rows = []
    for part in WORST:
        small, large = ((part * (length // len(part) + 1))[:length] for length in (20_000, 80_000))
        rows.append((seconds(large) / max(seconds(small), 1e-4), part))
    rows.sort(reverse=True)
    ratios = [ratio for ratio, _ in rows]
    print(f"{len(rows)} shapes, 20 kB -> 80 kB: median {statistics.median(ratios):.1f} x, worst {ratios[0]:.1f} x")
    for ratio, part in rows[:5]:
        print(f"  {ratio:5.1f} x  {part!r}")
    return 1 if ratios[0] > 8 else 0


if __name__ == "__main__":
    sys.exit(main())
