"""The one place for a term's family, its senses and stances, their order and their colours."""

from analysis.inventory.inventory import UNCLEAR, Inventory, Sense, family_of, load_inventory
from analysis.inventory.palette import Palette, palette_of

__all__ = ["UNCLEAR", "Inventory", "Palette", "Sense", "family_of", "load_inventory", "palette_of"]
