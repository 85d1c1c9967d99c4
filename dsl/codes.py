"""The table of diagnostic codes: code to title. Each has a page in docs/diagnostics/.

Keep the entries sorted; a code once published is never given another meaning.
"""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, str]] = {
    # S: syntax of cards
    "S101": "the line cannot be read",
    # R: words of cards that cannot be bound, or mean nothing together
    "R101": "no event verb of that name",
    "R102": "no field of that name",
    "R103": "a test that the field cannot take",
    "R104": "no list of that name",
    "R105": "a term that loses a symbol it needs",
    "R106": "an event clause with a part it cannot take",
    "R107": "an object that cannot be looked for",
    "R108": "`not` before a condition over the account",
    "R109": "a condition that only stages can use",
    "R110": "a flag, grade, tier or must have that the card does not define",
    "R111": "a field is missing",
    "R112": "a field used as an event, or an event as a field",
    "R113": "a total without a range",
    "R114": "a field without a test",
    "R115": "an alternative after its opposite",
    "R116": "an object after a count or window",
    "R117": "`and` before neither a condition nor a value",
    "R118": "a comma before a new condition",
    "R119": "a name or setting twice",
    "R120": "a stage under a reserved name",
    "R121": "a section that reads as a condition",
    "R122": "more must haves asked for than written",
    "R123": "a card without rules",
    "R124": "no timezone of that name",
    "R125": "an empty range of the score",
    "R126": "grades from a section that does not exist",
    "R127": "grades out of order",
    "R128": "a list under a name that is taken",
    "R129": "tiers need a score between 0 and 999.99",
    "R130": "a modifier twice",
    "R131": "modifiers that exclude each other",
    "R132": "a decay that is not in whole days",
    "R133": "a count with repeated or fading points",
    "R134": "repeated or fading points without one event to go by",
    "R135": "`expires after` with a window",
    "R136": "`max` on a rule without points",
    "R137": "an amount in a currency without a rate",
    # L: lint (warnings)
    # V: vocabulary and list files
    "V101": "the file is not valid YAML",
    "V102": "a tab indents a line",
    "V103": "a value needs quotes",
    "V104": "a key stands twice",
    "V105": "anchors, aliases and tags are not used here",
    "V106": "the file is too long or nested too deeply",
    "V107": "a line is indented unlike its neighbours",
    "V108": "the file holds a second document",
    "V109": "quotes or a bracket are not closed",
    "V201": "no key of that name",
    "V202": "the value is of another kind than needed",
    "V203": "no preset of that name",
    "V204": "not one of the words that fit here",
    "V205": "no time zone of that name",
    "V206": "a name is used twice",
    "V207": "no event verb of that name in the vocabulary",
    "V208": "no field of that name in the vocabulary",
    "V209": "an amount that is not a positive number",
    "V210": "no country or currency of that name",
    "V211": "a page needs paths",
    "V212": "a key is missing",
    "V213": "a vocabulary file under another name is not read",
    "V214": "a word that cards cannot use",
    "V301": "a list file cannot be read",
    "V302": "a list file is not a text",
    "V303": "a list file is too long",
    # T: sample leads
    # D: data
    # C: compilation
    "C101": "not supported yet",
    # F: files
    "F101": "the file cannot be read",
    "F102": "the file is not text",
    "F103": "the file is not UTF-8",
    "F104": "the file is too large",
    "F105": "nothing to do",
    "F106": "the file cannot be written",
}
