"""Redraw the README's picture from the bundled collection: python docs/redraw.py"""

from pathlib import Path
from tempfile import TemporaryDirectory

from analysis import open_study
from analysis.charts.shares import shares_figure
from analysis.findings.shares import sense_shares

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        study = open_study(folder=Path(folder, "bias.study"))
    palette = study.palette
    shares = sense_shares(study.readings, list(palette), confusion=study.error_model.senses)
    shares_figure(shares, palette).save(Path(__file__).with_name("shares.png"))
