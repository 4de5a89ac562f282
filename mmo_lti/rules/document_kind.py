"""Kinds of documents that an association or its centre keeps (5.1, R16, R17)."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """What a filed document is."""

    CREATION_ORDER = "creation_order"
    APPOINTMENT_ORDER = "appointment_order"
    ACTING_ORDER = "acting_order"
    RENAMING_ORDER = "renaming_order"
    CLOSING_ORDER = "closing_order"
    REGULATION = "regulation"
    PLAN = "plan"
    REPORT = "report"
    PROTOCOL = "protocol"
    APPENDIX = "appendix"
    DISPOSAL_ACT = "disposal_act"


# R17.3: their term starts only when what they order has ended.
STARTS_WHEN_ENDED = frozenset(
    {DocumentKind.CREATION_ORDER, DocumentKind.APPOINTMENT_ORDER, DocumentKind.REGULATION}
)
