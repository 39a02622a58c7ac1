"""Items with known calls, how replies compare with them, and figures that state their denominators."""

from practicum.evaluation.attempts import Attempted, Results
from practicum.evaluation.checks import check_items
from practicum.evaluation.data import load_items, load_predictions, save_predictions
from practicum.evaluation.ladder import Arm, Ladder, Rung, build_ladder
from practicum.evaluation.leaks import Leak, LeakReport, find_leaks
from practicum.evaluation.matching.matcher import Match, Matcher, match_item
from practicum.evaluation.runner import run
from practicum.evaluation.runs.comparison import RunComparison, compare_runs, pair_arms
from practicum.evaluation.runs.record import EvaluationRequest, Run
from practicum.evaluation.runs.store import RunStore
from practicum.evaluation.scores import Figures, ItemResult, ItemStatus, Pair, Scores, score
from practicum.evaluation.statistics.paired import Paired, paired
from practicum.evaluation.statistics.proportions import Proportion
from practicum.evaluation.wrong import WrongItem, where_to_look, wrong_items
from practicum.memory_store.embedding import Embedder

__all__ = [
    "Arm",
    "Attempted",
    "Embedder",
    "EvaluationRequest",
    "Figures",
    "ItemResult",
    "ItemStatus",
    "Ladder",
    "Leak",
    "LeakReport",
    "Match",
    "Matcher",
    "Pair",
    "Paired",
    "Proportion",
    "Results",
    "Run",
    "RunComparison",
    "RunStore",
    "Rung",
    "Scores",
    "WrongItem",
    "build_ladder",
    "check_items",
    "compare_runs",
    "find_leaks",
    "load_items",
    "load_predictions",
    "match_item",
    "pair_arms",
    "paired",
    "run",
    "save_predictions",
    "score",
    "where_to_look",
    "wrong_items",
]
