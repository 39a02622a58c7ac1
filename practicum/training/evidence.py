"""What speaks for a trial: execution; or, where nothing was executed, only the model's own reflection."""

from __future__ import annotations

from practicum.records import Mode, Outcome, Step, Trial


def is_right(trial: Trial, *, unverified: bool) -> bool:
    """Return whether the trial was solved.

    With ``unverified`` it counts, too, where nothing was executed and its own reflection calls it right.
    """
    if trial.outcome is Outcome.SOLVED:
        return True
    pretended = trial.simulated or trial.checked_only
    return unverified and pretended and trial.reflection is not None and trial.reflection.solved


def is_unconfirmed(trial: Trial) -> bool:
    """Whether a call of the trial was simulated, only checked, or noted by practice without execution."""
    return trial.simulated or any(step.observation.mode is Mode.DRY_RUN for step in trial.steps)


def shown_step(trial: Trial) -> Step | None:
    """Return the last step whose call returned something; else the last whose call was only checked."""
    called = [step for step in trial.steps if step.call is not None]
    returned = [step for step in called if step.observation.ok]
    found = returned or [step for step in called if step.observation.checked_only]
    return found[-1] if found else None


def steps_before(trial: Trial, last: Step) -> tuple[Step, ...]:
    """Return the steps that a demonstration shows before its last: none, unless it is of several tools.

    Those that returned something, or whose calls were only checked where that holds of the last one, too.
    """
    if not trial.others:
        return ()
    until = max(index for index, step in enumerate(trial.steps) if step is last)
    called = [step for step in trial.steps[:until] if step.call is not None]
    shown = [step for step in called if step.observation.ok or step.observation.checked_only]
    return tuple(shown if last.observation.checked_only else [step for step in shown if step.observation.ok])


def confirmed_trial(trial: Trial) -> Trial | None:
    """Return a call-first trial as if the model had come back to its call, by the probe that confirmed it.

    None where no execution confirmed the call, or the trial is broken or solved anyway; and where its query
    was phrased from several calls.
    """
    if trial.imagined is None or trial.outcome is not Outcome.UNSOLVED or trial.takes_several:
        return None
    for probe in trial.probes:
        observed = probe.observation
        if probe.call == trial.imagined and observed.verified:
            return trial.model_copy(update={"steps": (probe,), "answer": "", "outcome": Outcome.SOLVED})
    return None
