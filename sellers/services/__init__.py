"""Every write about shops: opening, consent, page, approval, pictures."""

from sellers.services.consent import (
    ALL_SCOPES,
    ask_consent,
    countersign_consent,
    give_consent,
    record_paper_consent,
    withdraw_consent,
)
from sellers.services.opening import (
    free_slug,
    open_draft_shop,
    pause_shop,
    record_visit,
    rename_shop,
    resume_shop,
    set_opening,
)
from sellers.services.page import (
    approve_shop,
    change_front,
    drop_part,
    hand_in,
    may_publish,
    move_part,
    put_back_part,
    put_part,
    return_shop,
    review_workflow,
    save_front,
    version_of,
)
from sellers.services.pictures import add_picture, collection_for

__all__ = [
    "ALL_SCOPES",
    "add_picture",
    "approve_shop",
    "ask_consent",
    "change_front",
    "collection_for",
    "countersign_consent",
    "drop_part",
    "free_slug",
    "give_consent",
    "hand_in",
    "may_publish",
    "move_part",
    "open_draft_shop",
    "pause_shop",
    "put_back_part",
    "put_part",
    "record_paper_consent",
    "record_visit",
    "rename_shop",
    "resume_shop",
    "return_shop",
    "review_workflow",
    "save_front",
    "set_opening",
    "version_of",
    "withdraw_consent",
]
