"""Which sense each mention has: the inventory, the cues, the trained head, and what explains a decision."""

from analysis.senses.assign import assign_senses
from analysis.senses.inventory import UNCLEAR, Inventory, Sense, load_inventory

__all__ = ["UNCLEAR", "Inventory", "Sense", "assign_senses", "load_inventory"]
