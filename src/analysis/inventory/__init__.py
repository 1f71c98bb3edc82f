"""The one place for a term's family, its senses and stances, their order and their colours."""

from analysis.inventory.inventory import OTHER, UNCLEAR, Inventory, Parent, Sense, family_of, load_inventory
from analysis.inventory.palette import Palette, palette_of

__all__ = ["OTHER", "UNCLEAR", "Inventory", "Palette", "Parent", "Sense", "family_of", "load_inventory", "palette_of"]
