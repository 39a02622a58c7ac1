"""What orders to a model look like, by how they try to be taken for one."""

# ruff: noqa: E501 - a pattern that is broken over lines reads worse

from __future__ import annotations

_LINE = r"(?:^|[\n\r\"'>]|\\n)[ \t#*>\[(]{0,16}"
"""Where a line begins, in JSON's spelling too."""
_MODEL = r"(?:ai|a\.i\.|assistant|language\s+model|llm|chat\s?bot|agent|gpt[\w.-]{0,16}|claude|gemini|chatgpt|copilot)"
_RULES = (
    r"(?:instructions?|iunstructions?|prompts?|directions?|directives?|guidelines?|guardrails?|rules|orders"
    r"|polic(?:y|ies)|restrictions?|safeguards?|constraints?|programming|training)"
)
_DO = (
    r"(?:send|e-?mail|forward|transfer|pay|wire|buy|purchase|order|delete|remove|erase|drop|create|add|invite|share"
    r"|post|publish|upload|download|visit|open|click|fetch|run|execute|call|invoke|use|write|update|change|reset"
    r"|grant|give|reserve|book|cancel|say|reply|respond|answer|print|output|append|include|make|get|read|find)"
)
_NAMED = r"[`'\"]?[a-z][\w.-]*[`'\"]?"

_OVERRIDE = (
    # "ignore all previous instructions", "disregard the above prompt"
    rf"\b(?:ignore|disregard|forget|override|bypass|discard|abandon|neglect)\b[^.!?\n]{{0,40}}"
    rf"\b(?:previous|prior|above|earlier|preceding|existing|your|system|all|initial|original|former)\b[^.!?\n]{{0,30}}"
    rf"\b{_RULES}\b",
    r"\b(?:ignore|disregard|forget)\s+(?:everything|anything|all|whatever)\s+(?:above|before|you|that|I|said)\b",
    rf"\b(?:stop\s+following|no\s+longer\s+(?:follow|bound\s+by|apply)|not\s+bound\s+by)\b[^.!?\n]{{0,40}}\b{_RULES}\b",
    rf"\b(?:your|the)\s+(?:previous|prior|earlier|original|old|initial)\s+{_RULES}\s+(?:are|is|were|was|have\s+been|no)\b",
    # "your new instructions are", "new system prompt:"
    r"\bnew\s+(?:system\s+)?(?:instructions?|prompt|directives?|task|objective|goal)\s*(?::|\b(?:is|are)\b\s*(?:to|:))",
    r"\b(?:updated?|revised|additional|real|actual|true|hidden|secret)\s+(?:system\s+)?(?:instructions?|prompts?)"
    r"\s*(?::|\b(?:for|to|from)\b\s+(?:you|the\s+(?:ai|assistant|model|agent)))",
    r"\b(?:strictly\s+)?(?:adhere\s+to|comply\s+with|obey|follow)\s+(?:only\s+)?(?:the|these|this|my|our|all\s+of\s+the)"
    r"\s+(?:following|next|new|below|instructions?|commands?|orders)\b",
    r"\b(?:end|start|begin)(?:ning)?\s+of\s+(?:the\s+)?(?:system\s+)?(?:prompt|instructions?|context|user\s+input)\b",
)
_ROLES = (
    r"\b(?:reveal|print|repeat|show|output|leak|tell\s+me|disclose|write\s+out)\b[^.!?\n]{0,30}"
    r"\b(?:your|the)\s+(?:system|initial|hidden|original)\s+(?:prompt|instructions?|message)",
    r"\brepeat\b[^.!?\n]{0,20}\bwords?\s+above\b",
    r"\byou\s+are\s+now\s+(?:a|an|acting|in\s+(?:developer|debug|admin|god|dan)|dan\b|free|unrestricted)\b",
    r"\bfrom\s+now\s+on,?\s+you\b",
    r"\b(?:act|behave|respond|answer|pretend)\s+(?:as\s+if\s+you|as\s+though\s+you|like\s+you|you\s+are|to\s+be)\b"
    r"[^.!?\n]{0,40}\b(?:no|without|unrestricted|jailbr\w+|dan|evil|free)\b",
    r"\b(?:developer|debug|admin|god|dan|jailbreak|maintenance)\s+mode\s+(?:is\s+)?(?:now\s+)?(?:enabled|activated|on)\b",
    r"\bdo\s+anything\s+now\b",
)
_ADDRESSED = (
    rf"\b(?:attention|important|note|message|notice|warning|hint|reminder|instructions?|memo)\b[^.!?\n]{{0,40}}"
    rf"\b{_MODEL}s?\b[^.!?\n]{{0,20}}[:,!]",
    rf"\b(?:if\s+you\s+are|as|dear|hey|hello|hi)\s+(?:an?\s+|the\s+)?(?:large\s+)?{_MODEL}\b[^.!?\n]{{0,40}}[,:]?\s{{0,8}}"
    rf"(?:please\s+|you\s+(?:must|should|need|have|are|will)\b|{_DO}\b)",
    rf"\b{_MODEL}s?,?\s+(?:you\s+)?(?:must|should|shall|has\s+to|have\s+to|needs?\s+to|is\s+(?:required|instructed|asked|ordered)\s+to)\b"
    rf"[^.!?\n]{{0,60}}\b{_DO}\b",
    r"\b(?:to|for)\s+(?:you,\s+)?(?:the\s+|any\s+|all\s+)?(?:ai|llm|language\s+model)s?\b[^.!?\n]{0,40}[:,]",
    r"\bimportant\s+message\s+from\s+(?:me|the\s+user|your\s+(?:user|owner|developers?|operator))\b",
    r"\b(?:this\s+is|message\s+from)\s+(?:your|the)\s+(?:developers?|creators?|operator|owner|admin(?:istrator)?|supervisor)\b"
    r"[^\n]{0,80}\b(?:you|must|please|override|authori[sz]ed?)\b",
    r"\b(?:before|after)\s+(?:you\s+)?(?:can\s+)?(?:answer|reply|respond|solv|complet|continu|proceed|do\s+that|do\s+anything)"
    r"\w*\b[^.!?\n]{0,90}\b(?:please|first|you\s+(?:must|should|need\s+to|have\s+to|can))\b",
    rf"\b(?:the|your)\s+(?:user|owner|boss|customer|principal)\s+(?:has\s+)?(?:already\s+)?"
    rf"(?:ask(?:ed|s)|want(?:ed|s)|request(?:ed|s)|instruct(?:ed|s)|authori[sz]ed?s?|agreed|consent(?:ed|s)|approv(?:ed|es)|"
    rf"told|confirmed)\b[^.!?\n]{{0,30}}\b(?:you|to|that)\b[^.!?\n]{{0,50}}\b{_DO}\b",
    r"\bdo\s+not\s+(?:tell|inform|alert|notify|ask|warn|mention\s+(?:this|it)\s+to|reveal\s+(?:this|it)\s+to|show)\s+"
    r"(?:the|your)\s+(?:user|human|owner|customer)\b",
    r"\bwithout\s+(?:telling|informing|asking|notifying|alerting)\s+(?:the|your)\s+(?:user|human|owner|customer)\b",
    r"\b(?:silently|secretly|quietly|covertly)\s+(?:and\s+\w+\s+)?" + _DO + r"\b",
)
_TASKS = (
    r"TODO\s*:\s*[a-z]+\s",
    rf"(?:^|[\n\r\"'>.#*-]|\\n)\s{{0,8}}(?:ACTION(?:\s+(?:REQUIRED|ITEM))?|TASK|NEXT\s+STEP|REQUIRED\s+STEP|MANDATORY)\s{{0,8}}[:\-]\s{{0,8}}"
    rf"(?:please\s+|now\s+|you\s+\w+\s+)?{_DO}\b",
    rf"\b(?:you\s+(?:must|should|need\s+to|have\s+to|are\s+required\s+to|will)|please|now|then|next|first|finally|also|instead),?\s+"
    rf"(?:now\s+|also\s+|immediately\s+|first\s+)?(?:use|call|invoke|run|trigger|execute)\s+(?:the\s+)?"
    rf"(?:(?:tool|function|api|plugin)\s+[`'\"]?\w*[_`'\"]\w*|{_NAMED}\s+(?:tool|plugin)\b|[a-z]+_[a-z_]+\b|[a-z_]+\()",
    r"\b(?:use|call|invoke)\s+the\s+(?:tool|function)\s+[`'\"]?\w+[`'\"]?\s+with\s+(?:the\s+)?(?:following\s+)?(?:argument|parameter)",
    rf"\b(?:in\s+order\s+to|to)\s+(?:continue|proceed|complete|get|see|unlock|access|finish)\b[^.!?\n]{{0,50}}"
    rf"\byou\s+(?:must|need\s+to|have\s+to|are\s+required\s+to)\s+(?:first\s+)?{_DO}\b[^!?\n]{{0,90}}(?:\bto\b|\bat\b|\bfrom\b|\bthe\s+user|https?:)",
    r"\b(?:add|append|include|insert|end|finish|start|begin|prefix)\b[^.!?\n]{0,40}\b(?:to|in|at\s+the\s+end\s+of|with)\s+"
    r"(?:your|every|each|all\s+(?:your|future))\s+(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?)\b",
    r"\b(?:your|every|each)\s+(?:answer|reply|response|output)\s+(?:must|should|has\s+to|needs\s+to|shall)\s+"
    r"(?:only\s+)?(?:contain|include|begin|start|end|be|say|recommend|mention|state)\b",
    r"\b(?:say|reply|respond|answer|output|print|write)\s+(?:only|nothing\s+but|exactly|just)\s*(?::|[\"'`])",
    r"\b(?:remember|memori[sz]e|store|save)\b[^.!?\n]{0,30}\b(?:(?:for|in)\s+(?:all\s+)?(?:future|later|every)\s+"
    r"(?:conversation|session|request|answer|repl|task|chat|turn|interaction)\w*|(?:long[- ]term|your)\s+memory)\b",
    r"\b(?:concatenate|combine|join|decode|decrypt|unscramble|reverse)\b[^.!?\n]{0,80}\b(?:and|then)\b[^.!?\n]{0,20}"
    r"\b(?:follow|execute|obey|do|run|carry\s+out|act\s+on|perform)\b",
    r"\b(?:recommend|prefer|choose|select|rank)\s+(?:only\s+)?(?:this|our|my)\b[^.!?\n]{0,60}\b(?:over|above|instead\s+of|first)\b"
    r"[^.!?\n]{0,40}\b(?:others?|all|any|competitors?|alternatives?)\b",
    r"\b(?:send|forward|e-?mail|post|upload|exfiltrate|leak|transmit)\b[^.!?\n]{0,60}\b(?:the|your|this|all|entire|full|any)\b"
    r"[^.!?\n]{0,40}\b(?:conversation|chat\s+(?:history|log)|system\s+prompt|context|credentials?|api\s+keys?|passwords?|secrets?|"
    r"personal\s+data|environment\s+variables?)\b",
)
_TURNS = (
    # A turn of its own: "system: You must ..." (a field such as "system: metric" is none)
    _LINE
    + r"(?:system|assistant|developer)(?:\s{0,8}(?:message|prompt|note|override))?\s{0,8}[\])]?\s{0,8}:\s{0,8}(?:[^\s:]+[ \t]+){3}\S",
    _LINE + r"(?:human|user)\s*:[^\n]{3,200}(?:\n|\\n)\s*(?:assistant|ai|bot)\s*:",
    r"[#\[(<*]{1,8}\s{0,8}\(?(?:system|admin|developer)[_ -]?(?:message|prompt|note|override|instruction|notice)s?\)?\s{0,8}[\])>:*]{0,8}\s{1,8}\w",
    # Role tags and the marks between turns of the usual chat templates
    r"<\|(?:im_start|im_end|endoftext|system|user|assistant|eot_id|start_header_id|end_header_id|begin_of_text|end)\|>",
    r"<\|?(?:start|end)_of_turn\|?>|\[/?INST\]|<<\s*/?SYS\s*>>|</s>\s*<s>|\[/?SYSTEM_PROMPT\]",
    r"</?(?:system|assistant|developer|instructions?|important|information|admin|override|system-reminder|user_query)\s*>",
    # The marks of this project, and others that say where data ends
    r"</?(?:tool_result|tool_results|observation|untrusted|data|document|context|search_results?)\s*>\s*\S[^<]{0,200}?"
    r"\b(?:now|instead|please|you|must)\b",
    r"[-=#*]{3}\s{0,8}end\s+(?:of\s+)?(?:data|document|tool\s+(?:result|output)|observation|context|page)s?\b",
    # Tool-call tags, and results that were never returned
    r"</?(?:tool_call|tool_response|function_call|function_calls|function_results|invoke|tool_use|tools)\b[^>\n]{0,80}>",
    r"<\|(?:tool_call|tool_calls|python_tag|tool)\|?>|\[TOOL_CALLS\]|\[TOOL_RESULTS\]|<\uff5ctool",
    _LINE
    + r"(?:thought|action|final\s+answer)\s*:[^\n]{3,200}(?:\n|\\n)\s*(?:action(?:\s+input)?|observation)\s*:",
    r"\{\s*\"(?:tool_calls?|function_call|tool_use)\"\s*:",
    r"\{\s*\"role\"\s*:\s*\"(?:system|assistant|developer|tool)\"",
)
_LEAKS = (
    # An image, or a link, whose address is filled in by whoever shows it
    r"!\[[^\]\n]{0,80}\]\(https?://[^)\s]{0,200}[?&/=][^)\s]{0,80}(?:\{|\[|<|%7B|\$|\bDATA\b|SECRET|QUERY|CONVERSATION)",
    r"<img\b[^>]{0,200}\bsrc\s*=\s*[\"']?https?://[^>\s]{0,200}(?:\{|\[|%7B|\$|\bDATA\b|SECRET)",
    r"\b(?:replace|fill|substitute|insert)\b[^.!?\n]{0,60}\b(?:with|in)\b[^.!?\n]{0,40}"
    r"\b(?:conversation|user'?s|summary|secret|answer|chat|data\s+above)\b[^\n]{0,80}(?:https?:|url|link|image|address)",
    r"\b(?:render|display|show|output|include)\b[^.!?\n]{0,40}\b(?:markdown\s+)?(?:image|link)\b[^\n]{0,60}https?://",
    # What people do not see on a page
    r"<!--[^>]{0,300}\b(?:ignore|instructions?|assistant|ai\b|llm|agent|you\s+(?:must|should)|please|prompt)",
    r"<(?:span|div|p|font)\b[^>]{0,200}(?:display\s*:\s*none|font-size\s*:\s*0|visibility\s*:\s*hidden|opacity\s*:\s*0"
    r"|color\s*:\s*(?:white|#fff\w*))[^>]{0,100}>\s*\S",
)
PATTERNS = (*_OVERRIDE, *_ROLES, *_ADDRESSED, *_TASKS, *_TURNS, *_LEAKS)

FOREIGN = (
    # German, Dutch, French, Spanish, Italian, Portuguese, Polish, Turkish
    r"\b(?:ignorier\w{0,16}|vergiss|vergesse\w{0,16}|missachte\w{0,16})\b[^.!?\n]{0,40}\b(?:anweisung\w{0,16}|befehl\w{0,16}|regeln|vorgaben|instruktion\w{0,16})\b",
    r"\b(?:negeer|vergeet)\b[^.!?\n]{0,40}\b(?:instructies|aanwijzingen|regels|opdrachten)\b",
    r"\b(?:ignore[zr]?|oublie[zr]?|ne\s+tiens?\s+pas\s+compte)\b[^.!?\n]{0,40}\b(?:instructions|consignes|directives|regles|r\u00e8gles)\b",
    r"\b(?:ignora\w{0,16}|olvida\w{0,16}|omite|haz\s+caso\s+omiso)\b[^.!?\n]{0,40}\b(?:instrucciones|ordenes|\u00f3rdenes|indicaciones|reglas)\b",
    r"\b(?:ignora\w{0,16}|dimentica\w{0,16}|trascura)\b[^.!?\n]{0,40}\b(?:istruzioni|ordini|indicazioni|regole)\b",
    r"\b(?:ignor\w{0,16}|esque[c\u00e7]\w{0,16}|desconsidere)\b[^.!?\n]{0,40}\b(?:instru[c\u00e7][o\u00f5]es|ordens|regras|orienta[c\u00e7][o\u00f5]es)\b",
    r"\b(?:zignoruj|ignoruj|zapomnij)\b[^.!?\n]{0,40}\b(?:instrukcje|polecenia|zasady)\b",
    r"\b(?:talimat|y[o\u00f6]nerge)\w{0,16}\b[^.!?\n]{0,30}\b(?:yok\s+say|g[o\u00f6]rmezden\s+gel|unut)\w{0,16}",
    # Russian, Chinese, Japanese, Korean, Arabic, Hindi
    r"\b(?:\u0438\u0433\u043d\u043e\u0440\u0438\u0440\u0443\w{0,16}|\u0437\u0430\u0431\u0443\u0434\w{0,16})[^.!?\n]{0,40}"
    r"(?:\u0438\u043d\u0441\u0442\u0440\u0443\u043a\u0446\u0438\w{0,16}|\u0443\u043a\u0430\u0437\u0430\u043d\u0438\w{0,16}|\u043f\u0440\u0430\u0432\u0438\u043b\w{0,16})",
    r"(?:\u5ffd\u7565|\u5ffd\u89c6|\u65e0\u89c6|\u4e0d\u8981\u7406\u4f1a|\u5fd8\u8bb0)[^\u3002\n]{0,20}(?:\u6307\u4ee4|\u6307\u793a|\u63d0\u793a|\u547d\u4ee4|\u89c4\u5219)",
    r"(?:\u6307\u793a|\u547d\u4ee4|\u30d7\u30ed\u30f3\u30d7\u30c8)[^\u3002\n]{0,15}(?:\u7121\u8996|\u5fd8\u308c)",
    r"(?:\uc9c0\uc2dc|\uba85\ub839|\uc9c0\uce68)[^.\n]{0,15}(?:\ubb34\uc2dc|\uc78a)",
    r"(?:\u062a\u062c\u0627\u0647\u0644|\u0627\u0646\u0633)[^.\n]{0,30}(?:\u0627\u0644\u062a\u0639\u0644\u064a\u0645\u0627\u062a|\u062a\u0639\u0644\u064a\u0645\u0627\u062a|\u0627\u0644\u0623\u0648\u0627\u0645\u0631)",
    r"(?:\u0928\u093f\u0930\u094d\u0926\u0947\u0936|\u0906\u0926\u0947\u0936)[^.\u0964\n]{0,30}(?:\u0905\u0928\u0926\u0947\u0916\u093e|\u0928\u091c\u0930\u0905\u0902\u0926\u093e\u091c|\u092d\u0942\u0932)",
)
