"""Invented records for a run to review, and the command line as a person calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
MORE = "Pemerintah menjamin stok aman sampai akhir tahun, ujar menteri di kantornya pada Senin pagi."
HOSTILE = "<script>alert(1)</script> \"kutip\" 'satu' \u202eterbalik\u202c \x1b[31mmerah &lt;b&gt; \x00"
TITLES = ["Harga Cabai Turun", "Jalan Tol Baru Dibuka", "Banjir Surut di Tiga Kecamatan", "Warga Menolak Pindah"]


def records() -> list[dict[str, Any]]:
    """Texts with invitations, datelines, tags; every id is another type of JSON value."""
    found: list[dict[str, Any]] = []
    for number in range(24):
        lines = [
            f"{PROSE} Catatan {number}.",
            f"Baca Juga: {TITLES[number % 4]} {number // 4}",
            f"{MORE} Bagian {number}.",
        ]
        if number % 3 == 0:
            lines.insert(0, f"KONTAN.CO.ID - JAKARTA. {PROSE}")
        if number % 2:
            lines.append("Ikuti saluran kabar kota di ponsel anda hari ini")
        found.append(
            {"id": f"teks-{number}", "url": f"https://www.kontan.co.id/news/{number}", "text": "\n".join(lines)}
        )
    found.append({"id": 7, "text": f"{HOSTILE} {PROSE}\nBaca Juga: {HOSTILE}\n{MORE}"})
    found.append({"id": ["a", 1], "text": f"{PROSE}\r\n\r\nBaca Juga: Harga Cabai Turun\r\n"})
    found.append({"id": None, "text": PROSE})
    found.append({"id": "rusak", "text": 5})
    found.append({"id": "sama", "text": PROSE + "\nBaca Juga: Harga Cabai Turun"})
    found.append({"id": "sama", "text": PROSE + "\nBaca Juga: Harga Cabai Turun"})
    body = "".join(f"<p>{PROSE} {MORE}</p>" for _ in range(4))
    menu = "".join(f'<li><a href="/{n}">Rubrik {n}</a></li>' for n in range(30))
    story = f"<article><h1>Harga</h1>{body}<p>Baca Juga: Cabai</p></article>"
    found.append({"id": "halaman", "html": f"<html><body><nav><ul>{menu}</ul></nav>{story}</body></html>"})
    return found


def write(path: Path, found: list[dict[str, Any]]) -> Path:
    """The records as JSONL."""
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in found), "utf-8")
    return path


def command(*args: str | Path, status: int = 0, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``cleaner`` as a person does."""
    done = subprocess.run(
        [sys.executable, "-m", "cleaner", *map(str, args)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == status, done.stderr + done.stdout
    return done
