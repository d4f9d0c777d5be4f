"""How cleaning time grows with a text: twice the text may take 2.5 times as long, whatever is repeated in it.

Run as ``python -m benchmarks.growth``. Exit status 1 when some kind of repeated text grows faster.
"""

from __future__ import annotations

import sys
import time

from cleaner import Cleaner

#: Code points of the smaller of the two texts.
SIZE = 40_000
LIMIT = 2.5
KINDS = {
    "heading of a section": "Video Pilihan\n",
    "heading with a title": "Baca Juga:\nHarga Cabai Turun\n",
    "copyright without blanks": "Copyright © ANTARA 2024",
    "invitation lines": "Baca juga: Harga Cabai Turun\n",
    "invitations in one line": "Baca juga: Harga Cabai Turun ",
    "advertisement lines": "ADVERTISEMENT\n",
    "advertisements in one line": "ADVERTISEMENT ",
    "sign-offs in one line": "(abc/def) ",
    "sign-off lines": "(abc/def)\n",
    "credit lines": "Editor: Budi Santoso\n",
    "credits in one line": "Editor: Budi Santoso ",
    "datelines": "JAKARTA, KOMPAS.com - ",
    "hashtags": "#putin ",
    "tags": "<p>a</p>",
    "open tags": "<div>",
    "emphasis": "**a** ",
    "stars": "*a ",
    "entities": "&nbsp;",
    "placeholders": "[Gambas:Video 20detik] ",
    "half links": "[a](",
    "quoted invitations": '"Baca juga: A B C D" ',
    "follow lines": "Ikuti berita di Google News\n",
    "written line breaks": "Artikel Terkait\\n",
}


def seconds(cleaner: Cleaner, text: str) -> float:
    """The shortest of three runs, in processor seconds."""
    found = []
    for _ in range(3):
        start = time.process_time()
        cleaner.clean_text(text)
        found.append(time.process_time() - start)
    return min(found)


def main() -> int:
    """Measure all kinds."""
    cleaner = Cleaner()
    worst = 0.0
    for kind, unit in KINDS.items():
        text = unit * (SIZE // len(unit))
        cleaner.clean_text(text[:2_000])
        small, large = seconds(cleaner, text), seconds(cleaner, text * 2)
        ratio = large / max(small, 0.001)
        worst = max(worst, ratio)
        verdict = "ok" if ratio <= LIMIT else "MISSED"
        print(f"{kind:28} {small * 1000:8.1f} ms {large * 1000:8.1f} ms  {ratio:5.2f}  {verdict}")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
