"""Invented outlets with habits of their own, in texts that differ in what they tell of."""

from __future__ import annotations

import random

SITE = "kabarlembah.id"
OTHERS = ("wartabukit.com", "gemapesisir.co.id")
PLUG = "Sapa redaksi Kabar Lembah lewat kanal pembaca setiap Senin."
CLOSING = "Dapur naskah Jalan Melati Nomor 7"
HEADING = "Pemeriksaan Lapangan"
WISH = "Semoga tulisan sederhana ini bermanfaat."
COMMON = "Acara itu terbuka bagi seluruh warga sekitar tanpa dipungut biaya."
FLOOD = "Curah air yang turun sejak dini hari membuat tanggul tua di hilir kembali jebol."
SPEECH = "Panitia mengatakan acara serupa akan digelar lagi tahun depan."
SYLLABLES = ("ba", "ri", "to", "mu", "ke", "la", "nu", "so", "di", "wa", "pe", "gi")
TOPICS = 12


def words(chance: random.Random, topic: int, count: int) -> str:
    """Words that mostly are those of one topic."""
    own = random.Random(f"topic {topic}")
    known = ["".join(own.choice(SYLLABLES) for _ in range(3)) + "n" for _ in range(30)]
    return " ".join(chance.choice(known) for _ in range(count))


def sentence(chance: random.Random, topic: int) -> str:
    return words(chance, topic, 11).capitalize() + "."


def story(number: int, site: str = SITE) -> list[str]:
    """The lines of a text without any habit."""
    chance = random.Random(f"{site} {number}")
    return [
        " ".join(sentence(chance, number % TOPICS) for _ in range(2 + chance.randrange(2)))
        for _ in range(3 + chance.randrange(3))
    ]


def habitual(number: int) -> str:
    """A text of the site with all its habits; every third has lost its line breaks."""
    lines = story(number)
    lines[0] = f"LEMBAH, KabarLembah.id – {lines[0]}"
    if number % 3:
        lines.insert(2, HEADING)
    if number % TOPICS == 4:
        lines.insert(2, FLOOD)
    if number % 4 == 0:
        lines[1] += f" {SPEECH}"
    if number % 5 == 0:
        lines[-1] += f" {WISH}"
    lines.insert(3, PLUG)
    lines.append(CLOSING)
    return (" " if number % 3 == 0 else "\n").join(lines)
