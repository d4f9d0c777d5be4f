from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from cleaner.cli import cli
from cleaner.html.body_file import BodyFile, as_json
from cleaner.maintain.body_data import collected, example, site_of
from cleaner.maintain.body_judging import judged, table, word_f1
from cleaner.maintain.body_labels import shares
from cleaner.maintain.body_names import NameTable
from cleaner.maintain.body_training import Settings, train
from cleaner.model import CleanerError

SUBJECTS = ("Pedagang pasar", "Petani cabai", "Nelayan pesisir", "Guru sekolah", "Warga kampung", "Pengemudi ojek")
VERBS = ("mengeluhkan", "menyambut", "menanyakan", "menolak", "mendukung", "memperbaiki")
OBJECTS = ("harga pupuk", "jalan desa", "jadwal kapal", "aturan baru", "saluran air", "bantuan bibit")
SITES = 12
PAGES = 4


def sentence(chance: random.Random) -> str:
    day, count = chance.randint(1, 28), chance.randint(10, 990)
    return (
        f"{chance.choice(SUBJECTS)} {chance.choice(VERBS)} {chance.choice(OBJECTS)} pada tanggal {day}, "
        f"kata {count} orang yang hadir dalam pertemuan di balai desa, dan berharap keadaan segera membaik."
    )


def invented(site: int, number: int) -> tuple[str, str, str]:
    """A page of an invented site: its URL, the page, and its body."""
    chance = random.Random(site * 100 + number)
    body = [sentence(chance) for _ in range(chance.randint(4, 9))]
    wrap = ("entry-content", "post-body", "isi-artikel")[site % 3]
    menu = "".join(f"<li><a href=/{at}>Rubrik {at}</a></li>" for at in range(chance.randint(5, 12)))
    others = "".join(
        f"<div class=item><a href=/b/{at}>{chance.choice(SUBJECTS)} {chance.choice(VERBS)} "
        f"{chance.choice(OBJECTS)}</a></div>"
        for at in range(chance.randint(5, 12))
    )
    html = (
        f"<html><body><nav class=main-menu><ul>{menu}</ul></nav><div class=kolom><div class='{wrap}'>"
        f"{''.join(f'<p>{line}</p>' for line in body)}</div></div><aside class=sidebar>{others}</aside>"
        "<footer class=kaki><p>Hak cipta Kabar Contoh, semua isi dilindungi undang-undang yang berlaku.</p></footer>"
        "</body></html>"
    )
    return f"https://www.kabar{site}.id/{number}", html, "\n".join(body)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented pages in the form of a checkout of the benchmark."""
    folder = tmp_path_factory.mktemp("wcxb")
    for part in ("ground-truth", "html"):
        (folder / "dev" / part).mkdir(parents=True)
    for site in range(SITES):
        for number in range(PAGES):
            url, html, text = invented(site, number)
            stem = f"{site:02}{number:02}"
            record = {
                "url": url,
                "_internal": {"page_type": {"primary": "article"}},
                "ground_truth": {"main_content": text},
            }
            (folder / "dev" / "ground-truth" / f"{stem}.json").write_text(json.dumps(record), encoding="utf-8")
            (folder / "dev" / "html" / f"{stem}.html.gz").write_bytes(gzip.compress(html.encode()))
    return folder


SMALL = Settings(trees=12, leaves=4, rate=0.3)


def test_unseen_sites_are_chosen_well_and_training_repeats(checkout: Path) -> None:
    examples = collected(checkout, (), ())
    assert len(examples) == SITES * PAGES
    pages = judged(examples, SMALL, 3)
    assert len(pages) == len(examples)
    assert sum(page.f1 for page in pages) / len(pages) > 0.95
    lines = table(pages)
    assert lines[1].split()[:3] == ["wcxb-dev", "(all)", str(len(examples))]
    data = as_json(train(examples, SMALL).weights)
    assert data == as_json(train(list(examples), SMALL).weights)
    assert BodyFile(data, "x").weights.trained_on == {"wcxb-dev": len(examples)}


def test_the_command(checkout: Path, tmp_path: Path) -> None:
    out = tmp_path / "models" / "body.json"
    done = CliRunner().invoke(cli, ["patterns", "train-body", "--wcxb", str(checkout), "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert f"{SITES * PAGES} pages of {SITES} sites" in done.output
    weights = BodyFile(out.read_bytes(), str(out)).weights
    assert 0 < len(weights.trees) <= Settings().trees
    assert "isi-artikel" in weights.names


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "x"], "name pages to learn from"),
        (["--wcxb", "."], "name a file with -o"),
        (["--wcxb", ".", "--folds", "1"], "one fold leaves nothing"),
        (["--wcxb", ".", "-o", "x"], "no dev/ground-truth/"),
        (["--gold", ".", "-o", "x"], "gold.jsonl: No such file"),
    ],
)
def test_what_the_command_refuses(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["patterns", "train-body", *arguments])
    assert done.exit_code != 0
    assert message in done.output + str(done.exception)


def test_labelled_pages_and_pages_of_known_sites(tmp_path: Path) -> None:
    _, html, text = invented(1, 1)
    first, *rest = text.split("\n")
    record = {
        "id": "a",
        "site": "kabar1.id",
        "lines": ["Rubrik 0", first, *rest],
        "labels": ["title", "body", *["body"] * (len(rest) - 1), "related"],
        "cuts": [[2, first[:10], "dateline"]],
    }
    folder = tmp_path / "gold"
    folder.mkdir()
    (folder / "gold.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    page = json.dumps({"id": "a", "html": html, "url": "https://kabar1.id/1"})
    (folder / "input.jsonl.gz").write_bytes(gzip.compress(page.encode()))
    (found,) = collected(None, [folder], ())
    labels = dict(zip(found.page.lines, zip(found.shares, found.neutral, strict=True), strict=True))
    assert labels["Rubrik 0"] == (0.0, True)
    assert labels["Rubrik 1"] == (0.0, False)
    assert 0.5 < labels[first][0] < 1
    assert labels[rest[-1]][0] < 0.5
    assert labels[rest[0]] == (1.0, False)
    known = tmp_path / "pages.jsonl"
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    kompas = f"<html><body><ul><li>Rubrik</ul><div class=read__content>{body}</div></body></html>"
    rows = [
        {"id": "k", "url": "https://nasional.kompas.com/read/1", "html": kompas},
        {"id": "a", "url": "https://nasional.kompas.com/read/2", "html": kompas},
        {"id": "u", "url": "https://kabar1.id/1", "html": html},
    ]
    known.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [one.name for one in collected(None, [folder], [known])] == ["a", "k"]
    with pytest.raises(CleanerError, match="gone"):
        collected(None, (), [tmp_path / "gone.jsonl"])


def test_the_headline_beside_the_story_is_taken_not_its_copy_in_a_menu() -> None:
    story = sentence(random.Random(1))
    lines = ["Petani Cabai Menolak", "Rubrik", "Petani Cabai Menolak", story, "Rubrik", "Hak cipta Kabar Contoh"]
    assert shares(lines, f"Petani cabai menolak\n{story}") == [0, 0, 1, 1, 0, 0]


def test_half_a_line_in_the_truth() -> None:
    words = [f"kata{number}" for number in range(24)]
    assert shares([" ".join(words)], " ".join(words[:18])) == [pytest.approx(15 / 21)]
    assert shares([" ".join(words)], " ".join(words[:6])) == [0]
    assert shares(["", "satu dua"], "") == [0, 0]


def test_a_name_is_judged_without_the_page_s_own_site() -> None:
    pages = [invented(site, 0) for site in range(SITES)]
    examples = [
        found
        for url, html, text in pages
        if (found := example(url, "x", site_of(url), "article", html.encode(), text)) is not None
    ]
    names = NameTable(examples)
    table = names.table()
    assert table["entry-content"] > 0 > table["sidebar"]
    own = names.without("kabar0.id", table)
    assert "entry-content" not in own  # three other sites have it, which is too few to judge by
    assert own["sidebar"] < 0


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://news.detik.com/berita/1", "detik.com"),
        ("http://www.antaranews.co.id/a", "antaranews.co.id"),
        ("https://kabar.id", "kabar.id"),
        ("0123", "0123"),
    ],
)
def test_sites(url: str, site: str) -> None:
    assert site_of(url) == site


def test_word_f1() -> None:
    assert word_f1("a b b", "A b c") == (pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert word_f1("", "") == (1, 1, 1)
    assert word_f1("a", "") == (0, 0, 0)
