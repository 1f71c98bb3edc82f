"""What readings turned out to be on held-out mentions, and what that leaves open in a collection of another mix.

How often a reading is right depends on the mix of labels it meets. If nothing but the mix differed between collections,
the right shares would follow from the readings (``corrected``; Saerens, Latinne and Decaestecker 2002, Neural
Computation 14). It never is nothing but the mix: on fields of research left out that correction is further from the
truth than the plain count, on collections drawn to another mix it is nearer (``benchmarks/shares.py``). So the truth
is looked for between the two, and fields vary about that, in what is read as one label more than as another.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

POOLED = 20.0  # held-out units that those of all bands together are worth beside a band's own
STEPS, CLOSE = 100, 1e-4  # of iterative fits, and the change of a share at which they end
PRIOR = 2.0  # units of the held-out mix that are counted with those of a collection when it is corrected
WAYS = 9  # mixes from the count to the correction and beyond, among which a replicate chooses
BEYOND = 1.25  # how far, since the correction is held back by its prior and the bands: so intervals hold in drawn mixes
LEAST = 20  # units that a field of research must have to tell how fields vary
FIELDS = 1.0  # fields that those of all assigned labels together are worth beside a label's own


class Units(NamedTuple):
    """What was read and is right or wrong as one, an entry each: the true label and the one assigned, as indices, the
    band of confidence, and the field of research ("" where it is not known).
    """

    true: np.ndarray
    assigned: np.ndarray
    band: np.ndarray
    field: np.ndarray

    def of(self, rows: np.ndarray) -> Units:
        """The units that ``rows`` names, bool or indices."""
        return Units(*(values[rows] for values in self))


class Misreadings(NamedTuple):
    """Counts of held-out units, true labels as index, as columns the pairs of assigned label and band of confidence.

    ``spread`` is how much more than chance the fields of research vary, by assigned label, as the correlation of two
    misreadings in one field: 0 if they vary by chance, None if it is not known. ``shifts``: whether the mix of labels
    differs from collection to collection, as that of senses does, and that of papers with one sense and with several
    hardly.
    """

    counts: pd.DataFrame
    spread: pd.Series | None = None
    shifts: bool = True

    def explained(self, labels: Sequence[str], bands: int, units: np.ndarray) -> np.ndarray:
        """How many of the ``units``, counted by assigned label and band, have each label, by what is known of readings.

        That is what is ``corrected`` for the mix or, where this does not shift, what such readings turned out to be.
        """
        chances = self.turned_out(labels, bands)
        if not self.shifts:
            return np.asarray(units @ chances)
        return corrected(chances, self.assigned(labels, bands), units)

    def turned_out(self, labels: Sequence[str], bands: int) -> np.ndarray:
        """P(true | assigned, band), shape (labels * bands, labels); a label that was never assigned is right.

        A band of few units leans on all bands of its label, and these on one more that was right.
        """
        seen = self._seen(labels, bands)
        k = len(labels)
        pooled = seen.sum(axis=1) + np.eye(k)
        pooled /= pooled.sum(axis=1, keepdims=True)
        chances = seen + POOLED * pooled[:, None, :]
        return np.asarray((chances / chances.sum(axis=2, keepdims=True)).reshape(k * bands, k))

    def assigned(self, labels: Sequence[str], bands: int) -> np.ndarray:
        """How many held-out units fell in each pair of assigned label and band, shape (labels * bands,)."""
        return np.asarray(self._seen(labels, bands).sum(axis=2).ravel())

    def varying(self, labels: Sequence[str]) -> np.ndarray:
        """The spread of each label, 0 where it is not known, shape (labels,)."""
        if self.spread is None:
            return np.zeros(len(labels))
        return self.spread.reindex(list(labels), fill_value=0.0).to_numpy(dtype=float)

    def _seen(self, labels: Sequence[str], bands: int) -> np.ndarray:
        index, columns = _axes(tuple(labels), bands)
        table = self.counts
        if not (table.index.equals(index) and table.columns.equals(columns)):  # to put in order takes long
            table = table.reindex(index=index, columns=columns, fill_value=0)
        return table.to_numpy(dtype=float).T.reshape(len(labels), bands, len(labels))


@cache
def _axes(labels: tuple[str, ...], bands: int) -> tuple[pd.Index, pd.MultiIndex]:
    """Index and columns of ``Misreadings.counts``: each true label; each pair of assigned label and band."""
    import pandas as pd

    columns = pd.MultiIndex.from_product([labels, range(bands)], names=["assigned", "band"])
    return pd.Index(labels, name="true"), columns


class Mixes(NamedTuple):
    """What ``units`` readings of a collection may be, if its mix lies between the count and what explains them.

    ``ways`` holds P(true | assigned, band) for ``WAYS`` mixes, (ways, columns, labels), all as likely, from one to the
    other or, where the mix shifts, ``BEYOND``; ``assigned`` numbers the assigned label of each column; ``firm`` says of
    each how many like observations its chances rest on, which its sampling and the spread of fields allow.
    """

    ways: np.ndarray
    assigned: np.ndarray
    firm: np.ndarray

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """Draw P(true | assigned, band) as it may be here, shape (columns, labels): one mix and one field of research.

        What an assigned label turns out to be varies like a Dirichlet variable, alike in all its bands.
        """
        chances = self.ways[rng.integers(len(self.ways))]
        middle = np.zeros((len(self.firm), chances.shape[1]))
        np.add.at(middle, self.assigned, chances)
        shape = np.maximum(middle / middle.sum(axis=1, keepdims=True) * self.firm[:, None], 1e-9)
        drawn = chances * (np.maximum(rng.standard_gamma(shape), 1e-300) / shape)[self.assigned]
        return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def mixes(misread: Misreadings, labels: Sequence[str], bands: int, units: np.ndarray) -> Mixes:
    """What the readings of a collection may be; ``units`` counts them by assigned label and band, as columns."""
    k = len(labels)
    counted, explained = units.reshape(k, bands).sum(axis=1), misread.explained(labels, bands, units)
    chances = misread.turned_out(labels, bands)
    ways = []
    for way in np.linspace(0, BEYOND if misread.shifts else 1, WAYS):
        target = np.maximum(counted + way * (explained - counted), 0)
        ways.append(tilted(chances, units, target * (units.sum() / max(float(target.sum()), 1e-300))))
    known = misread.assigned(labels, bands).reshape(k, bands).sum(axis=1) + 1
    return Mixes(np.array(ways), np.repeat(np.arange(k), bands), 1 / (misread.varying(labels) + 1 / known))


def corrected(chances: np.ndarray, seen: np.ndarray, units: np.ndarray) -> np.ndarray:
    """How many units have each label, if only the mix differs from the held-out one: Saerens et al. (2002).

    ``chances`` is P(true | column), shape (columns, labels), ``seen`` and ``units`` count the held-out units and those
    of the collection in each column. ``PRIOR`` more units have the held-out mix, which keeps few units, and readings
    that tell nothing, from saying more than they do. They are few, as a small collection would else be drawn towards
    the labelled papers, however clear its readings are.
    """
    held_out = (seen + 1 / len(seen)) @ chances
    held_out /= held_out.sum()
    total, now = units.sum(), held_out
    for _ in range(STEPS):
        behind = chances * (now / np.maximum(held_out, 1e-12))
        behind /= np.maximum(behind.sum(axis=1, keepdims=True), 1e-300)
        before, now = now, (units @ behind + PRIOR * held_out) / (total + PRIOR)
        if np.abs(now - before).max() < CLOSE:
            break
    return np.asarray(total * now)


def tilted(chances: np.ndarray, units: np.ndarray, target: np.ndarray) -> np.ndarray:
    """``chances``, each label made so much likelier or rarer that ``units`` have ``target`` of each label.

    Iterative proportional fitting (Deming and Stephan 1940): the table that meets the target and is nearest to what was
    seen. ``target`` adds up to the ``units``.
    """
    total = max(float(units.sum()), 1.0)
    for _ in range(STEPS):
        found = units @ chances
        if np.abs(found - target).max() < CLOSE * total:
            break
        fitted = chances * np.where(found > 0, target / np.where(found > 0, found, 1), 1)
        whole = fitted.sum(axis=1, keepdims=True)
        chances = np.where(whole > 0, fitted / np.where(whole > 0, whole, 1), chances)
    return chances


def misreadings(
    units: Units, labels: Sequence[str], bands: int, *, left_out: Units | None = None, shifts: bool = True
) -> Misreadings:
    """Count held-out units; ``left_out`` are the same as read by readers that saw nothing of their field of research.

    Without these, fields are taken to vary as they do for a reader that knows them.
    """
    varying = spread_of(units, units if left_out is None else left_out, labels, bands, shifts=shifts)
    return Misreadings(counted_units(units, labels, bands), varying, shifts)


def counted_units(units: Units, labels: Sequence[str], bands: int) -> pd.DataFrame:
    """Units by true label (index), and by assigned label and band (columns)."""
    import pandas as pd

    k = len(labels)
    cells = np.zeros((k, k * bands), dtype=int)
    np.add.at(cells, (units.true, units.assigned * bands + units.band), 1)
    index, columns = _axes(tuple(labels), bands)
    return pd.DataFrame(cells, index=index, columns=columns)


def spread_of(
    units: Units, left_out: Units, labels: Sequence[str], bands: int, *, shifts: bool = True
) -> pd.Series | None:
    """How much more than chance fields of research vary in what is read as each label; None where fewer than two fields
    have ``LEAST`` units.

    Each field (of ``left_out``) is judged by what is known of the others. What its units of an assigned label turned
    out to be is off by an error whose variance is that by chance and, times the spread, of what it would be were all of
    them misread as one. The spread is that at which the squared errors add up to what they should, fields weighted by
    how much each tells (the method of moments, as in Kleinman 1973, Journal of the American Statistical Association 68,
    for proportions, and DerSimonian and Laird 1986, Controlled Clinical Trials 7, for means). Few fields know each
    label, so it is shrunk towards the spread of all, which counts as ``FIELDS`` more fields, as variances are by their
    degrees of freedom (Smyth 2004, Statistical Applications in Genetics and Molecular Biology 3). How many fields know
    a label is Kish's effective number (1965, Survey Sampling), by what each of them tells.
    """
    import pandas as pd

    names, sizes = np.unique(left_out.field.astype(str), return_counts=True)
    fields = [name for name, size in zip(names, sizes, strict=True) if name and size >= LEAST]
    if len(fields) < 2:
        return None
    parts = []
    for name in fields:
        others = Misreadings(counted_units(units.of(units.field != name), labels, bands), shifts=shifts)
        parts.append(_errors(left_out.of(left_out.field == name), others, labels, bands))
    counted, excess, shared = (np.array(values) for values in zip(*parts, strict=True))
    pooled = 0.0
    for _ in range(STEPS):
        weights = (counted > 1) / (pooled + 1 / np.maximum(counted, 1)) ** 2
        before, pooled = pooled, float(_ratio((weights * excess).sum(), (weights * shared).sum()))
        if abs(pooled - before) < CLOSE:
            break
    told = weights * shared
    own = _ratio((weights * excess).sum(axis=0), told.sum(axis=0))
    known = told.sum(axis=0) ** 2 / np.maximum((told**2).sum(axis=0), 1e-300)
    return pd.Series((known * own + FIELDS * pooled) / (known + FIELDS), index=list(labels))


def _ratio(excess: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """How much of what would be shared is in the excess: a correlation, from 0 to 1."""
    return np.asarray(np.clip(excess / np.maximum(shared, 1e-12), 0, 1))


def _errors(
    here: Units, others: Misreadings, labels: Sequence[str], bands: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the units of one field, by assigned label: how many they are; how far the shares of what they turned out to be
    are off beyond chance, and what that would be were all misread as one: sums of squares over the true labels.
    """
    k = len(labels)
    units = np.bincount(here.assigned * bands + here.band, minlength=k * bands).astype(float)
    counted = np.bincount(here.assigned, minlength=k).astype(float)
    middle = (counted + others.explained(labels, bands, units)) / 2
    chances = tilted(others.turned_out(labels, bands), units, middle)
    size = np.maximum(counted, 1)[:, None]
    expected = (units[:, None] * chances).reshape(k, bands, k).sum(axis=1) / size
    own = (units[:, None] * chances * (1 - chances)).reshape(k, bands, k).sum(axis=1) / size**2
    turned = np.zeros((k, k))
    np.add.at(turned, (here.assigned, here.true), 1)
    excess = ((turned / size - expected) ** 2 - own).sum(axis=1)
    return counted, excess, (expected * (1 - expected)).sum(axis=1) * (1 - 1 / size[:, 0])
