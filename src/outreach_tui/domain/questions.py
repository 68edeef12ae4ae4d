"""Open questions to begin a conversation with."""

from zlib import crc32

from outreach_tui.domain.facts import CustomerFacts

ASK_FOR_A_TALK = "When would half an hour suit you for a talk?"
"""What a message asks for, if nothing else."""
QUESTIONS = (
    "What has changed for you lately?",
    "What takes you longer than it should at the moment?",
    "What would make your next quarter easier?",
    "Which part of working with us would you change first?",
    "What are you looking forward to?",
    "Who else in your trade should we be learning from?",
)


def open_question(row: CustomerFacts) -> str:
    """Return an open question to begin with; another one after each conversation."""
    return QUESTIONS[(crc32(row.customer_id.encode()) + row.live_count) % len(QUESTIONS)]
