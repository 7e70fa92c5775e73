"""Chains on which much has happened, and acts that succeed on each: what absurd values start from.

Must not know: what is made of the acts. Invariant: every act of a stage succeeds on it as it
stands, whether it is executed or waits (test_absurd_fields.py says so).
"""

from tests.fuzz import treaty_stages, voluntary_stage
from tests.fuzz.deeds import Stage

STAGES = {
    "ipci": Stage(voluntary_stage.ipci, voluntary_stage.ipci_deeds),
    "kazakh": Stage(treaty_stages.kazakh, treaty_stages.kazakh_deeds),
    "scheme": Stage(treaty_stages.scheme, treaty_stages.scheme_deeds),
}
