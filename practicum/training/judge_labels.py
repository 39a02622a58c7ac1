"""How far a judge can be trusted: its verdicts against labels that a person gave."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from practicum.agreement import kappa
from practicum.models.caller import ChatModel
from practicum.records import Judgement, Question, Record, Trial
from practicum.tools.sources import load_tools
from practicum.training.judge import judge_trials

LABELS = Path(__file__).with_name("judge_labels.jsonl")
"""Thirty invented trials of the almanac's tools with their verdicts; a third is bad, each in one way."""


class JudgeAgreement(Record):
    """How a judge agrees with labels; "good" (the trial is kept) is the positive class."""

    both_good: int = 0
    only_judge: int = 0
    """Kept by the judge, dropped by the labels: what a filter must not let through."""
    only_label: int = 0
    both_bad: int = 0
    not_judged: int = 0
    """Labelled trials without a judgement; no figure counts them."""

    @property
    def judged(self) -> int:
        """The denominator of accuracy and kappa."""
        return self.both_good + self.only_judge + self.only_label + self.both_bad

    @property
    def accuracy(self) -> float | None:
        """Share of the judged trials on which judge and label agree; None without any."""
        return _share(self.both_good + self.both_bad, self.judged)

    @property
    def precision(self) -> float | None:
        """Share of what the judge keeps that is good; None when it keeps nothing."""
        return _share(self.both_good, self.both_good + self.only_judge)

    @property
    def recall(self) -> float | None:
        """Share of the good trials that the judge keeps; None when none is good."""
        return _share(self.both_good, self.both_good + self.only_label)

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance, at most 1; None where chance agrees always."""
        return kappa(self.both_good, self.only_judge, self.only_label, self.both_bad)


def judge_agreement(
    judgements: Mapping[str, Judgement],
    labels: Mapping[str, Judgement],
    *,
    question: Question | None = None,
) -> JudgeAgreement:
    """Compare a judge with labels, by trial id.

    Args:
        judgements: What the judge said.
        labels: What is right; only its trials count.
        question: One of the three; None compares whether trials are kept.
    """
    table: Counter[tuple[bool, bool]] = Counter()
    for trial_id, label in labels.items():
        if trial_id in judgements:
            table[_verdict(judgements[trial_id], question), _verdict(label, question)] += 1
    return JudgeAgreement(
        both_good=table[True, True],
        only_judge=table[True, False],
        only_label=table[False, True],
        both_bad=table[False, False],
        not_judged=len(labels.keys() - judgements.keys()),
    )


async def judge_labelled(model: ChatModel) -> JudgeAgreement:
    """Ask a judge about the labelled trials, and return how far it agrees.

    Raises:
        SetupError: the judge model can't be used at all.
    """
    labelled = load_labels()
    specs = load_tools(["almanac"]).specs
    said = await judge_trials([trial for trial, _ in labelled], model, specs=specs)
    return judge_agreement(said, {trial.id: label for trial, label in labelled})


def load_labels(file: Path = LABELS) -> tuple[tuple[Trial, Judgement], ...]:
    """Return trials with the verdicts a person gave them: JSON lines of ``trial`` and ``label``.

    Raises:
        ValueError: a line is not such an object.
    """
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return tuple((Trial.from_dict(line["trial"]), Judgement.from_dict(line["label"])) for line in lines)


def _verdict(judgement: Judgement, question: Question | None) -> bool:
    return judgement.good if question is None else bool(getattr(judgement, question))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
