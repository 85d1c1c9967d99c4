"""What the imports of source systems take: headers, keys and limits, with where each was read.

`docs/presets.md` gives the addresses. The columns are named for fields that the user makes there
once; an import screen lets them be mapped to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """How a system imports: headers of its key, score, stage, grade and reasons, and its limits.

    `key` is `lead_id`, or `email` where an import finds people by address only. `reasons_limit` is
    the most that the text field of the reasons holds, `in_bytes` of UTF-8 or in UTF-16 units, as
    these systems count characters. `text_limit` is the same for stage and grade. `most_bytes` and
    `most_rows` are the limits of one file, where one is known. `byte_order_mark` says that the file
    must begin with one, `basic_plane` that letters beyond U+FFFF stop the import.
    """

    title: str
    headers: tuple[str, str, str, str, str]
    key: str = "lead_id"
    text_limit: int
    reasons_limit: int
    in_bytes: bool = False
    most_bytes: int | None = None
    most_rows: int | None = None
    byte_order_mark: bool = False
    basic_plane: bool = False


SYSTEMS: Final[Mapping[str, System]] = {
    # "Property field types in HubSpot" (edition of March 2024): texts of one or several lines hold
    # 65,536 characters. "Set up import files" (October 2025): UTF-8, at most 1,048,576 rows and 512
    # MB (20 MB in free accounts); records are found by their Record ID.
    "hubspot": System(
        title="HubSpot: import of contacts",
        headers=("Record ID", "Lead score", "Lead stage", "Lead grade", "Lead score reasons"),
        text_limit=65_536,
        reasons_limit=65_536,
        most_bytes=512 * MEGABYTE,
        most_rows=1_048_576,
    ),
    # Bulk API 2.0, "Prepare CSV Files": headers are API names, UTF-8, lines end in LF unless the
    # job says otherwise, upload at most 100 MB; empty values leave a field as it was. "Bulk API
    # Limits": a field holds 32,000 characters in a load. Salesforce checks some of them as bytes
    # (help article 000382141), so bytes are counted. Stage and grade go into Text(255).
    "salesforce": System(
        title="Salesforce: update by Bulk API or Data Loader",
        headers=(
            "Id",
            "Lead_Score__c",
            "Lead_Stage__c",
            "Lead_Grade__c",
            "Lead_Score_Reasons__c",
        ),
        text_limit=255,
        reasons_limit=32_000,
        in_bytes=True,
        most_bytes=100 * MEGABYTE,
    ),
    # Adobe, "Field Types": a string holds 255 characters, a text area 30,000 bytes. "Bulk Lead
    # Import": headers are REST names, a file is under 10 MB; call it with `lookupField=id`.
    "marketo": System(
        title="Marketo: bulk import of leads with lookupField=id",
        headers=("id", "cardScore", "cardStage", "cardGrade", "cardScoreReasons"),
        text_limit=255,
        reasons_limit=30_000,
        in_bytes=True,
        most_bytes=10 * MEGABYTE,
    ),
    # "Considerations for Prospect Imports": prospects are found by address or CRM id, a file is at
    # most 100 MB, no blanks around values. "Field Type Reference": a TextArea holds 65,535
    # characters, longer texts are cut; that is the size of the database's text in bytes. Custom
    # texts hold more than 255, the Salesforce Text(255) that they sync with does not.
    "pardot": System(
        title="Account Engagement: import of prospects",
        headers=("Email", "Card Score", "Card Stage", "Card Grade", "Card Score Reasons"),
        key="email",
        text_limit=255,
        reasons_limit=65_535,
        in_bytes=True,
        most_bytes=100 * MEGABYTE,
    ),
    # "How to prepare your CSV file": contacts are found by address, UTF-8, no line breaks within
    # values, and emoji can halt the whole import. No limit was found in writing for the text area
    # of a custom field; 10,000 is a cautious choice.
    "activecampaign": System(
        title="ActiveCampaign: import of contacts",
        headers=("Email", "Lead Score", "Lead Stage", "Lead Grade", "Lead Score Reasons"),
        key="email",
        text_limit=255,
        reasons_limit=10_000,
        basic_plane=True,
    ),
    # "Bulk Write: Limitations": headers are API names, at most 25,000 records and 25 MB a file,
    # sent as a ZIP. "Types of Custom Fields": a single line holds 255 characters, a text area 2,000
    # if it is small and 32,000 if large; filters know small ones only.
    "zoho": System(
        title="Zoho CRM: bulk write (update) of leads",
        headers=("id", "Card_Score", "Card_Stage", "Card_Grade", "Card_Score_Reasons"),
        text_limit=255,
        reasons_limit=2_000,
        most_bytes=25 * MEGABYTE,
        most_rows=25_000,
    ),
    # Microsoft, "Import data": headers are the names shown for columns (`Lead` is the key), at most
    # 8 MB; letters of East Asian languages need a byte order mark. Several lines of text hold up to
    # 1,048,576 characters; that a new column has 2,000, and one of a single line 100, was not found
    # in writing.
    "dynamics": System(
        title="Dynamics 365: import of leads",
        headers=("Lead", "Card Score", "Card Stage", "Card Grade", "Card Score Reasons"),
        text_limit=100,
        reasons_limit=2_000,
        most_bytes=8 * MEGABYTE,
        byte_order_mark=True,
    ),
    # Mautic finds contacts by address on import. Its source (`SchemaDefinition`): a text field is a
    # string (VARCHAR(191) in dumps of versions 4 and 5), a text area a text (LONGTEXT there);
    # 65,535 bytes are what a smaller text of its database holds.
    "mautic": System(
        title="Mautic: import of contacts",
        headers=("email", "card_score", "card_stage", "card_grade", "card_score_reasons"),
        key="email",
        text_limit=191,
        reasons_limit=65_535,
        in_bytes=True,
    ),
    # "Import to All Contacts from a CSV": a column with the address must be there, a column's data
    # holds at most 20,000 characters, a file 1 GB. New fields are made as the file is imported.
    "act-on": System(
        title="Act-On: import of contacts",
        headers=("Email", "Card Score", "Card Stage", "Card Grade", "Card Score Reasons"),
        key="email",
        text_limit=255,
        reasons_limit=20_000,
        most_bytes=1_000 * MEGABYTE,
    ),
}
