"""Redraw the README's picture from the bundled collection: python docs/redraw.py"""

from pathlib import Path
from tempfile import TemporaryDirectory

from analysis import charts, findings, open_study

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        study = open_study(folder=Path(folder, "bias.study"))
    shares = findings.sense_shares(study)
    charts.sense_shares(shares, study).save(Path(__file__).with_name("shares.png"))
