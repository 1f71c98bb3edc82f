"""What takes long to import and is not needed is left out, and only while a command runs."""

import json
import subprocess
import sys

CODE = """
import json, sys
from analysis.common.unneeded import left_out
with left_out():
    import bertopic, nbformat
during = [name for name in ("umap", "numba", "plotly", "rfc3987_syntax") if sys.modules.get(name)]
import plotly
print(json.dumps([during, plotly.__name__]))
"""


def test_commands_use_bertopic_without_umap_and_leave_all_importable():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[], "plotly"]
