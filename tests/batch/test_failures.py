"""Equal failures are told a few times and then as a number, wherever in a run they happen."""

from __future__ import annotations

from cleaner.batch.failures import SHOWN, Failed, FailureReport, count_failure


def test_the_first_of_each_kind_and_sums() -> None:
    told: list[str] = []
    report = FailureReport(told.append)
    for source in ("a.jsonl", "b7.jsonl"):
        failures: dict[str, Failed] = {}
        for number in range(250):
            count_failure(failures, f'{source}:{number}: field "text" is missing', source)
        count_failure(failures, f"{source}: cut off after {len(source)} bytes", source)
        assert [len(failed.first) for failed in failures.values()] == [SHOWN, 1]
        report.add(failures)
    report.end()
    assert told == [
        *(f'a.jsonl:{number}: field "text" is missing' for number in range(SHOWN)),
        "a.jsonl: cut off after 7 bytes",
        "b7.jsonl: cut off after 8 bytes",
        f'{500 - SHOWN} more like this: a.jsonl:0: field "text" is missing',
    ]
    report.end()
    assert len(told) == SHOWN + 3


def test_kinds_without_end_are_one_kind() -> None:
    failures: dict[str, Failed] = {}
    for number in range(5000):
        count_failure(failures, "a: " + "x" * number, "a")
    assert len(failures) <= 1001
    assert sum(failed.count for failed in failures.values()) == 5000
