"""What `practicum curate` tells: what was kept, why the rest was not, what a judge and a paraphraser said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from practicum.training.build_examples import Examples
    from practicum.training.curate import Curated
    from practicum.training.judge import Judged
    from practicum.training.judge_labels import JudgeAgreement
    from practicum.training.paraphrase import Paraphrased

    JudgeReport = tuple[Judged, JudgeAgreement]
    """What a judge said, and how far it agrees with labels."""
    Made = tuple[Curated, int | None]
    """What was kept and dropped, and the version of the set; None where nothing passed."""

NEXT = "next: `practicum evaluate --data QUERIES.jsonl --with base,demos` shows whether they help"


def print_curated(
    made: Made,
    judged: JudgeReport | None,
    written: tuple[Examples, dict[Path, int]] | None,
    said: Paraphrased | None,
    unverified: int,
) -> None:
    """Print what was kept, said, judged and written, a line each."""
    from practicum.cli.wiring import console
    from practicum.report import curation

    curated, version = made
    lines = [
        *(curation.kept_lines(curated, version, unverified) if version is not None else ()),
        *(curation.judged_lines(*judged) if judged is not None else ()),
        *(curation.paraphrased_lines(said) if said is not None else ()),
        *(curation.written_lines(*written) if written is not None else ()),
        *([NEXT] if version is not None else ()),
    ]
    for line in lines:
        console().print(line, markup=False)


def curated_json(
    made: Made,
    judged: JudgeReport | None,
    written: tuple[Examples, dict[Path, int]] | None,
    said: Paraphrased | None,
) -> dict[str, Any]:
    """Return the same, JSON-ready."""
    curated, version = made
    figures: dict[str, Any] = {
        "set": None if version is None else f"demos@{version}",
        "seen": curated.seen,
        "kept": len(curated.kept),
        "rephrased": len(curated.rephrased),
        "by_origin": dict(curated.by_origin),
        "notes": curated.notes,
        "dropped": dict(curated.dropped.most_common()),
    }
    if curated.why_no_notes:
        figures["why_no_notes"] = curated.why_no_notes
    if judged is not None:
        verdicts, agreed = judged
        figures["judge"] = {
            "judgements": {name: judgement.as_dict() for name, judgement in verdicts.judgements.items()},
            "not_judged": verdicts.not_judged,
            "agreement": {"accuracy": agreed.accuracy, "kappa": agreed.kappa, **agreed.as_dict()},
        }
    if said is not None:
        figures["paraphrased"] = {
            "queries": said.queries,
            "kept": said.kept,
            "dropped": dict(said.dropped.most_common()),
        }
    if written is not None:
        examples, files = written
        figures["examples"] = {
            "counts": dict(examples.counts),
            "dropped": dict(examples.dropped.most_common()),
            "chained": {tool: list(names) for tool, names in examples.chained.items()},
            "files": {str(file): count for file, count in files.items()},
        }
    return figures
