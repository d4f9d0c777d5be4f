from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from invented_site import (
    CLOSING,
    COMMON,
    FLOOD,
    HEADING,
    OTHERS,
    PLUG,
    SITE,
    SPEECH,
    WISH,
    habitual,
    story,
)

from cleaner import Cleaner
from cleaner.audit import restore
from cleaner.cli import main
from cleaner.lint.checks import lint
from cleaner.lint.examples import run_all
from cleaner.lint.reading import read_sources
from cleaner.maintain import learn as learning
from cleaner.maintain.learn_rules import write_packs
from cleaner.maintain.learn_site import Site, fewest_docs
from cleaner.maintain.learn_spool import Spool
from cleaner.maintain.learn_units import page_of
from cleaner.maintain.reading import Doc


def docs(cleaner: Cleaner, texts: Sequence[tuple[str, str]]) -> Iterator[Doc]:
    for number, (site, text) in enumerate(texts):
        yield Doc(number, str(number), site, cleaner.clean_text(text, url=f"https://{site}/{number}"), site)


def texts(count: int = 60) -> list[tuple[str, str]]:
    return [(SITE, habitual(number)) for number in range(count)]


@pytest.fixture(scope="module")
def learned(cleaner: Cleaner) -> learning.Learning:
    return learning.learn(docs(cleaner, texts()), accept=True)


def found(result: learning.Learning, text: str) -> tuple[str, str]:
    """Verdict and status of the rule for a text; empty when there is none."""
    for rule in result.rules:
        if text in rule.judged.candidate.samples:
            return rule.judged.verdict, rule.draft.status
    return "", ""


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (PLUG, ("accept", "active")),
        (CLOSING, ("accept", "active")),
        (HEADING, ("person", "trial")),
        (FLOOD, ("person", "trial")),
        (WISH, ("person", "trial")),
        (SPEECH, ("", "")),
    ],
)
def test_habits_are_accepted_doubts_are_left_to_a_person_and_prose_is_left(
    learned: learning.Learning, text: str, verdict: tuple[str, str]
) -> None:
    assert found(learned, text) == verdict


def test_a_topic_is_told_by_what_else_its_documents_say(learned: learning.Learning) -> None:
    why = {rule.judged.candidate.samples[0]: rule.judged.why for rule in learned.rules}
    assert "share a topic" in why[FLOOD]


def test_the_packs_cut_the_habits_of_texts_not_seen_and_nothing_else(
    cleaner: Cleaner, learned: learning.Learning, tmp_path: Path
) -> None:
    assert [path.name for path in write_packs(tmp_path, learned.rules, learned.documents, learned.networks)] == [
        f"{SITE}.toml"
    ]
    taught = Cleaner(packs=[tmp_path])
    for number in range(200, 230):
        raw = habitual(number)
        result = taught.clean_text(raw, url=f"https://www.{SITE}/{number}")
        assert PLUG not in result.text
        assert CLOSING not in result.text
        assert restore(result.text, result) == raw
        for sentence in " ".join(story(number)).split(". "):
            assert sentence.removesuffix(".") in result.text
        elsewhere = taught.clean_text(raw, url=f"https://{OTHERS[0]}/{number}")
        assert elsewhere.text == cleaner.clean_text(raw, url=f"https://{OTHERS[0]}/{number}").text


def test_the_packs_hold_on_their_examples_and_pass_the_checks(learned: learning.Learning, tmp_path: Path) -> None:
    write_packs(tmp_path, learned.rules, learned.documents, learned.networks)
    sources, broken = read_sources([tmp_path])
    assert not broken
    paths = {source.path for source in sources if source.pack.name.startswith("user/")}
    findings, totals = run_all(sources, paths)
    assert not [finding for finding in findings if finding.severity == "error"]
    assert totals.rules == len(learned.rules)
    assert not [finding for finding in lint(sources, paths, timed=False) if finding.severity == "error"]


def test_what_other_outlets_say_as_well_is_prose(cleaner: Cleaner) -> None:
    own = [(SITE, "\n".join([*story(number), COMMON])) for number in range(30)]
    one_more = (OTHERS[0], "\n".join([*story(1, OTHERS[0]), COMMON]))
    two_more = (OTHERS[1], "\n".join([*story(1, OTHERS[1]), COMMON]))
    assert found(learning.learn(docs(cleaner, [*own, one_more])), COMMON)[0]
    assert not found(learning.learn(docs(cleaner, [*own, one_more, two_more])), COMMON)[0]


def test_words_that_also_stand_inside_sentences_are_prose(cleaner: Cleaner) -> None:
    aside = PLUG.removesuffix(".")
    mixed = [(SITE, "\n".join([*story(n), PLUG if n % 2 else f"Warga menulis {aside} pada papan."])) for n in range(30)]
    assert not found(learning.learn(docs(cleaner, mixed)), PLUG)[0]


def test_copies_of_a_document_count_once() -> None:
    text = "\n".join([*story(1), "Catatan kaki dari meja naskah kami."])
    pages = [page_of(text, number, SITE) for number in range(5)]
    pages += [page_of("\n".join(story(number)), number, SITE) for number in range(5, 20)]
    site = Site(SITE, pages)
    assert site.documents == 16
    assert not site.candidates()


@pytest.mark.parametrize(("host", "site"), [("lembah.tribunnews.com", "tribun"), ("lembah.kompas.com", "kompas.com")])
def test_packs_at_hand_go_on_to_apply(cleaner: Cleaner, tmp_path: Path, host: str, site: str) -> None:
    habit = "Kirim kabar warga ke kanal pembaca redaksi setiap Senin."
    rows = [Doc(n, str(n), site, cleaner.clean_text("\n".join([*story(n), habit])), host) for n in range(30)]
    result = learning.learn(rows, accept=True)
    write_packs(tmp_path, result.rules, result.documents, result.networks)
    url = f"https://{host}/1"
    before, after = cleaner.clean_text(habit, url=url), Cleaner(packs=[tmp_path]).clean_text(habit, url=url)
    assert set(before.packs) < set(after.packs)
    assert len(after.packs) == len(before.packs) + 1


def test_a_rule_that_would_be_slow_is_not_made(cleaner: Cleaner, tmp_path: Path) -> None:
    numbers = "Redaksi Kabar Lembah menerima surat di kotak " + ", ".join("12345") + " dan 6."
    rows = [(SITE, "\n".join([*story(n), numbers, f"Kanal pembaca Kabar Lembah: {'7, ' * 40}8."])) for n in range(30)]
    result = learning.learn(docs(cleaner, rows), accept=True)
    assert found(result, numbers) == ("accept", "active")
    write_packs(tmp_path, result.rules, result.documents, result.networks)
    assert numbers not in Cleaner(packs=[tmp_path]).clean_text(rows[0][1], url=f"https://{SITE}/1").text


@pytest.mark.parametrize(("documents", "least"), [(10, 3), (39, 3), (40, 4), (400, 4), (401, 5), (5000, 50)])
def test_how_many_documents_a_habit_needs(documents: int, least: int) -> None:
    assert fewest_docs(documents) == least


def test_sites_come_back_whole_and_in_one_order() -> None:
    with Spool() as spool:
        for number in range(1200):
            spool.add(page_of(f"Teks nomor {number}.", number, f"situs{number % 7}.id"))
        first = {site: [page.number for page in pages] for site, pages in spool.sites()}
        again = [site for site, _ in spool.sites()]
    assert list(first) == again
    assert first == {f"situs{n}.id": list(range(n, 1200, 7)) for n in range(7)}


def test_the_result_is_the_same_each_time(cleaner: Cleaner, learned: learning.Learning) -> None:
    assert learning.learn(docs(cleaner, texts()), accept=True) == learned


def test_the_table_and_the_data_say_the_same(learned: learning.Learning) -> None:
    lines = list(learning.table(learned))
    data = learning.as_json(learned)
    assert lines[0].startswith("60 documents of 1 sites, 0 of no known site")
    assert sum(" active " in line or " trial " in line for line in lines) == len(data["rules"])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    records = [{"url": f"https://{site}/{number}", "text": text} for number, (site, text) in enumerate(texts(45))]
    path.write_text(
        "".join(json.dumps(record) + "\n" for record in [*records, {"text": "Teks tanpa alamat."}]), "utf-8"
    )
    return path


def run(*args: object) -> int:
    with pytest.raises(SystemExit) as done:
        main([str(arg) for arg in args])
    return int(str(done.value.code or 0))


@pytest.mark.parametrize(
    ("switches", "statuses"),
    [((), {"trial"}), (("--accept",), {"active", "trial"}), (("--accept", "--all"), {"active"})],
)
def test_the_command(
    corpus: Path, capsys: pytest.CaptureFixture[str], switches: Sequence[str], statuses: set[str]
) -> None:
    out = corpus.parent / "packs"
    assert run("patterns", "learn", corpus, "-o", out, "--format", "json", *switches) == 0
    data = json.loads(capsys.readouterr().out)
    assert {rule["status"] for rule in data["rules"]} == statuses
    assert data["without_site"] == 1
    text = (out / f"{SITE}.toml").read_text("utf-8")
    assert text.count("[[rule]]") == len(data["rules"])
    assert run("patterns", "learn", corpus, "-o", out) == 2
    assert "holds packs already" in capsys.readouterr().err


def test_all_without_accept_is_refused(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("patterns", "learn", corpus, "--all") == 2
    assert "--accept" in capsys.readouterr().err
