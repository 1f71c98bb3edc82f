"""Training the reader of abstracts: what is shipped as ONNX says what was trained; needs the group ``tune``."""

import numpy as np
import pytest

from analysis.evidence import encoder
from analysis.training.labelled_abstracts import Abstract

torch = pytest.importorskip("torch", reason="training needs the dependency group tune")
pytest.importorskip("transformers", reason="training needs the dependency group tune")

WITH_ROLES = Abstract("Bias is old. We cut it.", [(0, 12), (13, 23)], [0, 2], [], [])
WITH_ENTITIES = Abstract(
    "We parse trees . F1 rises .", [(0, 16), (17, 27)], [],
    [(0, 2), (3, 8), (9, 14), (15, 16), (17, 19), (20, 25), (26, 27)], [(1, 3, 0), (4, 5, 3)],
)  # fmt: skip


def test_the_written_reader_says_what_the_trained_one_says(tmp_path, monkeypatch) -> None:
    from analysis.training import abstracts

    monkeypatch.setattr(abstracts, "EPOCHS", 2)
    examples = abstracts.show([WITH_ROLES, WITH_ENTITIES] * 3)
    assert examples[0].roles.tolist() == [0, 2] and (examples[0].tags == -1).all()
    assert examples[1].tags.tolist() == [-1, 0, 1, 2, 2, 0, -1, 7, 0, 0, -1]  # par ##se trees
    net = abstracts.train(examples).eval()
    abstracts.export(net, tmp_path / "abstracts.onnx")
    abstracts.set_calibration(tmp_path / "abstracts.onnx", 1.5, (0.5, 0.25))
    encoder.load_reader.cache_clear()
    monkeypatch.setattr(encoder, "resource", lambda *parts: tmp_path / parts[-1])
    reading, known = encoder.read_text(WITH_ROLES.text, WITH_ROLES.sentences), encoder.known()
    encoder.load_reader.cache_clear()
    assert (known.temperature, known.certainty) == (1.5, (0.5, 0.25))
    np.testing.assert_allclose(known.transitions, net.transitions.detach().numpy(), atol=1e-4)
    shown = examples[0]
    arrays = (shown.states.astype(np.float32), shown.mean, shown.last, shown.place)
    with torch.no_grad():
        roles, _ = net(*(torch.from_numpy(array)[None] for array in arrays))
    assert np.abs(reading.roles - roles[0].numpy()).mean() < 0.15  # int8 weights against full ones
