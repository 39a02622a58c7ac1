"""What curation kept, dropped, asked and wrote, in lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from practicum.training.build_examples import Examples
from practicum.training.curate import Curated
from practicum.training.judge import Judged
from practicum.training.judge_labels import JudgeAgreement
from practicum.training.paraphrase import Paraphrased


def kept_lines(curated: Curated, version: int, unverified: int) -> Iterator[str]:
    """Say what became a demonstration, and why the rest did not.

    Args:
        curated: What was kept and dropped.
        version: Of the demonstration set.
        unverified: How many were kept although nothing was executed.
    """
    yield f"demos@{version}: kept {len(curated.kept)} of {curated.seen} trials"
    if set(curated.by_origin) - {"exploration"}:
        yield "  of them " + ", ".join(
            f"{count} of {origin}" for origin, count in curated.by_origin.most_common()
        )
    if unverified:
        yield f"  unverified {unverified}: kept although nothing was executed (--include-simulated)"
    if curated.rephrased:
        yield f"  added {len(curated.rephrased)}: other ways to say what was kept"
    yield from _dropped(curated.dropped)
    if curated.notes is not None:
        yield f"{curated.notes}: what was noted about the tools"
    elif curated.why_no_notes:
        yield f"no notes were made: {curated.why_no_notes}"


def judged_lines(judged: Judged, agreed: JudgeAgreement) -> Iterator[str]:
    """Say how many trials a judge looked at, and how far it agrees with people."""
    held = ", which says nothing against them" if judged.not_judged else ""
    yield f"judge: {len(judged.judgements)} trials judged, {judged.not_judged} not judged{held}"
    yield f"  {_trust(agreed)}"


def paraphrased_lines(said: Paraphrased) -> Iterator[str]:
    """Say how many other ways a model found, and why the rest did not pass."""
    yield f"paraphrased: {said.kept} other ways to say {said.queries} queries"
    yield from _dropped(said.dropped)


def written_lines(examples: Examples, files: Mapping[Path, int]) -> Iterator[str]:
    """Say what was written for other trainers."""
    made = ", ".join(f"{count} {kind}" for kind, count in examples.counts.most_common())
    yield f"examples: {made}"
    yield from _dropped(examples.dropped)
    for tool, names in examples.chained.items():
        yield f"  {tool}: the splits share values of {', '.join(names)}: too many calls hang together by them"
    for file, count in files.items():
        yield f"  wrote {count} to {file}"


def _dropped(dropped: Counter[str]) -> Iterator[str]:
    return (f"  dropped {count}: {reason}" for reason, count in dropped.most_common())


def _trust(agreed: JudgeAgreement) -> str:
    labelled = agreed.judged + agreed.not_judged
    if agreed.accuracy is None:
        return (
            f"it judged none of {labelled} trials with known verdicts: how far it can be trusted is unknown"
        )
    kappa = f", kappa {agreed.kappa:.2f}" if agreed.kappa is not None else ""
    right = agreed.both_good + agreed.both_bad
    return f"it agrees with people on {right} of {agreed.judged} trials with known verdicts{kappa}"
