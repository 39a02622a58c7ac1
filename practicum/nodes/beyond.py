"""Requests beyond the tools: for a change that no tool says it makes, or a phone number that none knows.

"Cancel my order 4711" looks, word for word, like what a tool was asked that looks orders up, so that
similarity can't tell the two. What the request wants done can: it begins with a verb of change, and the
tools' names and descriptions hold neither that verb nor another of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from practicum.records import ToolSpec, canonical_json

_KINDS: tuple[frozenset[str], ...] = tuple(
    frozenset(line.split())
    for line in (
        "cancel void revoke terminate withdraw",
        "delete remove erase purge wipe drop",
        "change update edit modify amend correct adjust alter overwrite set rename replace",
        "set raise lower increase decrease reduce",
        "reschedule postpone rebook move shift push bring delay change",
        "book reserve schedule arrange rent hire",
        "order buy purchase reorder restock",
        "send email mail text notify message forward remind alert tell inform contact",
        "refund reimburse credit compensate pay charge bill waive",
        "create add register open enroll enrol sign make insert log file submit record upload",
        "subscribe unsubscribe",
        "approve reject deny authorize authorise confirm accept decline sign",
        "assign reassign allocate transfer move",
        "extend renew prolong",
        "mark flag tag label",
        "close reopen archive lock unlock block unblock suspend activate deactivate disable enable reset",
        "upgrade downgrade switch",
        "ship dispatch release deliver",
        "put swap add charge",
    )
)
"""Verbs of change by what they do; a tool that does one is taken to do the others of its kind."""

_CLEAR = (
    "cancel revoke terminate delete remove erase purge update edit modify amend rename replace reschedule",
    "postpone rebook book reserve schedule reorder restock buy purchase send email notify forward refund",
    "reimburse waive register enroll enrol submit upload subscribe unsubscribe approve reject authorize",
    "authorise reassign assign extend renew archive reopen unlock suspend deactivate upgrade downgrade",
    "dispatch change add order move mark reset transfer create swap pay block flag close set raise lower",
    "increase decrease reduce stop pause resume",
)
_CLEAR_VERBS = frozenset(verb for line in _CLEAR for verb in line.split())
"""Verbs that ask for a change where a request begins with them and names what is to be changed."""

_ASKS = (
    r"(?:please|pls|plz|kindly|hi|hello|hey|ok|okay|so|and|also|then|just|now|go ahead and|"
    r"(?:can|could|would|will) (?:you|u|we)|(?:i|we)(?:'d| would) like (?:you )?to|"
    r"(?:i|we) (?:want|need|have|wish) (?:you )?to|need(?: you)? to|want(?: you)? to|let'?s|i'?d like to)"
)
_OBJECT = r"(?:the|a|an|my|our|his|her|their|your|this|that|these|those|it|him|them|all|both|another)"
_TO = r"(?:for|from|to|of|on|into|in|at|by|with)"
_ID = r"#?[a-z]*[-_/]?[a-z]*[-_/]?\d"
_REQUEST = re.compile(
    rf"(?:^|[.!?;\n]\s*|\s[-\N{{EN DASH}}\N{{EM DASH}}]\s)\s*(?:{_ASKS}[,!]?\s+)*(?P<verb>[a-z]+)\s+"
    rf"(?:(?:up|out|in|off)\s+)?"
    rf"(?:{_OBJECT}\b|(?P<id>{_ID})|(?P<named>(?!{_TO}\b)(?:\w+ ){{1,2}}(?:{_ID}|{_TO}\b)))",
    re.IGNORECASE,
)
"""A verb at the beginning of a sentence, or after words that ask, and what it is done to."""
_FOR_ME = re.compile(rf"\b(?P<verb>book|reserve|order|buy|schedule) (?:me|us) {_OBJECT}\b", re.IGNORECASE)
_PUT = re.compile(
    rf"^\s*(?:{_ASKS}[,!]?\s+)*(?P<verb>put)\s.{{1,60}}?\s(?:on|in|into|onto|under)\s(?:the|my|our|his|her|their)\b",
    re.IGNORECASE,
)
"""Something is put somewhere, and nothing in other words: "put it in a sentence"."""
_AMBIGUOUS = frozenset({"change", "add", "order"})
"""Of what is named without an article they ask something else now and then: "change CHF 40 into euros"."""
_ASKED = re.compile(rf"\b{_ASKS}\s+(?P<verb>[a-z]+)\s+{_OBJECT}\b", re.IGNORECASE)
_REACHED = (
    frozenset({"phone", "telephone", "mobile", "cell", "call", "calling", "contact", "contacts"}),
    frozenset({"email", "mail", "contact", "contacts"}),
    frozenset({"password", "passcode", "wifi", "login", "credentials"}),
)
"""What reaches somebody, or opens something, and the words of tools that may know of it."""
_REACH = re.compile(
    r"(?<!\bon )(?<!\bin )(?<!\bby )(?<!\bvia )(?<!\bover )(?<!\bfrom )(?<!\bper )(?<!\bwith )"
    r"\b(?:the|a|an|his|her|their|its|my|our|your)\s+(?:\w+\s){0,2}?"
    r"(?P<what>phone|telephone|mobile|email|password|passcode|wifi)(?:\s(?:number|nr|no|address|password|code))?\b",
    re.IGNORECASE,
)
_TELLING = (
    "calculate check compare compute count describe estimate explain fetch find forecast get has is list",
    "look lookup query quote read retrieve search show summarize track view which who",
)
_READS = frozenset(verb for line in _TELLING for verb in line.split())
"""First words of the names of tools that only tell something."""
_SENTENCE = re.compile(r"(?:^|[.!?\n]\s{0,20})\W{0,3}(?P<word>[A-Za-z]+)")
_ALSO = re.compile(
    r"(?:\b(?:and|or|to|can|may|then|by|tool|that|will|you|we|[Ll]ets? \w{1,20})\s|[/(]\s?"
    r"|(?<!\b[Oo]n)(?<![Dd]ai)(?<![Ww]eek)(?<![Mm]onth)(?<![Yy]ear)(?<![Hh]our)(?<![Qq]uarter)ly\s)"
    r"(?P<word>[a-z]+)\b|,\s(?P<listed>[a-z]+)\s(?=(?:an?|the|or|and)\b)"
)
"""Further verbs of a sentence: "Look up and cancel orders", "used to send mail"; no "weekly orders"."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MOST_CHARACTERS = 2_000
"""What a request is told in; more of a text is looked through for nothing."""


def is_beyond(query: str, specs: Sequence[ToolSpec]) -> bool:
    """Whether a query asks for what none of the tools speaks of: a change, or how to reach somebody."""
    wanted = wanted_change(query)
    if wanted is not None:
        return not any(_says(spec, _of_a_kind(wanted)) for spec in specs)
    sought = _sought(query)
    return bool(sought) and not any(sought & _all_words(spec) for spec in specs)


def wanted_change(query: str) -> str | None:
    """Return the verb of change that a request begins with, in its base form; None if it asks for none."""
    text = query[:_MOST_CHARACTERS].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for pattern in (_REQUEST, _ASKED, _FOR_ME, _PUT):
        for found in pattern.finditer(text):
            verb, groups = found["verb"].lower(), found.groupdict()
            loose = groups.get("named") or (groups.get("id") or "x")[0].isdigit()
            clear = verb in _CLEAR_VERBS or pattern is _PUT
            if clear and not (loose and verb in _AMBIGUOUS):
                return verb
    return None


def _sought(query: str) -> frozenset[str]:
    """The means of reaching somebody or something that a query asks for, such as a phone number."""
    found = _REACH.search(query[:_MOST_CHARACTERS])
    return frozenset() if found is None else next(kind for kind in _REACHED if found["what"].lower() in kind)


def _all_words(spec: ToolSpec) -> frozenset[str]:
    return _words(spec.name) | _words(spec.description) | _words(canonical_json(spec.parameters))


def _of_a_kind(verb: str) -> frozenset[str]:
    return frozenset({verb}).union(*(kind for kind in _KINDS if verb in kind))


def _says(spec: ToolSpec, verbs: Iterable[str]) -> bool:
    """Whether one of the verbs, as it is told or in the third person, is what a tool says that it does."""
    done = _done(spec.name, spec.description)
    return any(form in done for verb in verbs for form in _forms(verb))


@lru_cache(maxsize=4_096)
def _done(name: str, description: str) -> frozenset[str]:
    """The words that may say what a tool does: of its name, and those that sentences about it begin with.

    What a tool reads is named, and not done: ``list_work_orders`` orders nothing, and what is said of
    "changes" somewhere in a text changes nothing.
    """
    called = [word.lower() for word in _WORD.findall(name)]
    if not called or called[0] not in _READS:
        return _words(name) | _words(description)
    own = called[:1]
    begun = [begin["word"].lower() for begin in _SENTENCE.finditer(description[:20_000])]
    joined = [(also["word"] or also["listed"]).lower() for also in _ALSO.finditer(description[:20_000])]
    return frozenset([*own, *begun, *joined])


def _forms(verb: str) -> tuple[str, ...]:
    return verb, f"{verb}s", f"{verb}es"


@lru_cache(maxsize=4_096)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text[:20_000]))
