"""Train the reader of abstracts: roles of sentences and entities (``python -m analysis.training.abstracts FOLDER``).

FOLDER holds the abstracts that people labelled (``analysis.training.labelled_abstracts``); they do not ship. MiniLM's
lower layers stay as they are and are shared with the encoder that reads senses, so their states are computed once. The
upper layers, a layer over sentences and two judgements are trained together on both sources and written as
``data/models/abstracts.onnx`` (int8). A part of the training abstracts is kept apart for calibration; the development
abstracts, which nothing is trained on, give the figures in ``data/models/abstracts.json``. Needs the dependency group
``tune``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.collection import load_papers
from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.common.tables import replacing
from analysis.evidence.encoder import READER, inputs_of, load_reader, windows
from analysis.training.labelled_abstracts import KINDS, ROLES, Abstract, read_labelled, read_structured
from analysis.training.tune import FROZEN, base_model, write_onnx
from analysis.vectors.batches import batches
from analysis.vectors.context import lower_states
from analysis.vectors.embed import WIDTH, load_tokenizer

if TYPE_CHECKING:
    import torch

TAGS = 1 + 2 * len(KINDS)
PLACES = 4  # numbers that say where in the abstract a sentence stands
FIFTH = 5  # one in so many abstracts with headings of their own is kept for the figures
HELD_OUT = 200, 40  # abstracts with roles and with entities that calibrate, drawn from those for training
EPOCHS, AVERAGED = 4, 2  # the weights are the mean of those after the last epochs (Izmailov et al. 2018)
TIMES = 3  # how often abstracts with entities, which are few, are seen in an epoch
RATE, RATE_OF_JUDGEMENTS = 2e-4, 1e-3
WARM_UP, LAST = 0.06, 0.02  # share of the steps that the rate grows; what is left of it at the end
SMOOTHING, DROPOUT = 0.05, 0.15
HIDDEN, HEADS = 192, 4  # of the layer over sentences
BATCH_TOKENS = 2048


@dataclass
class Example:
    """A window of a labelled abstract: what the upper layers take, and its labels (-1: none)."""

    states: np.ndarray
    mean: np.ndarray
    last: np.ndarray
    place: np.ndarray
    roles: np.ndarray
    tags: np.ndarray


def show(abstracts: Sequence[Abstract]) -> list[Example]:
    """Labelled abstracts as the upper layers take them."""
    tokenizer, made = load_tokenizer(), []
    for abstract in abstracts:
        encodings = tokenizer.encode_batch(
            [abstract.text[a:b] for a, b in abstract.sentences], add_special_tokens=False
        )
        tags = [
            abstract.tags([(start + a, start + b) for a, b in encoding.offsets])
            for encoding, (start, _) in zip(encodings, abstract.sentences, strict=True)
        ]
        for window in windows([len(encoding.ids) for encoding in encodings]):
            inputs = inputs_of(window, encodings)
            ids = np.array([inputs.ids], np.int64)
            labels = [np.array([-1])]
            for sentence, first, end in window.pieces:
                labels += [tags[sentence][first:end], np.array([-1])]
            made.append(
                Example(
                    lower_states(ids, np.ones_like(ids))[0].astype(np.float16), inputs.mean, inputs.last, inputs.place,
                    np.array([abstract.roles[sentence] if abstract.roles else -1 for sentence, _, _ in window.pieces]),
                    np.concatenate(labels) if abstract.words else np.full(len(inputs.ids), -1),
                )
            )  # fmt: skip
    return made


def train(examples: Sequence[Example], *, seed: int = 0) -> torch.nn.Module:
    """Train the upper layers and both judgements. Deterministic on one machine."""
    import torch

    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    net = upper()
    above = [parameter for name, parameter in net.named_parameters() if not name.startswith("layers.")]
    optimizer = torch.optim.AdamW(
        [{"params": net.layers.parameters(), "lr": RATE}, {"params": above, "lr": RATE_OF_JUDGEMENTS}]
    )
    tasks = [
        [i for i, example in enumerate(examples) if (example.roles >= 0).any()],
        [i for i, example in enumerate(examples) if (example.tags >= 0).any() for _ in range(TIMES)],
    ]
    lengths = np.array([len(example.states) for example in examples])
    steps = EPOCHS * sum(len(batches(lengths[task].tolist(), BATCH_TOKENS)) for task in tasks if task)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (WARM_UP * steps)) * (1 - (1 - LAST) * step / steps)
    )
    began = time.monotonic()
    mean = torch.optim.swa_utils.AveragedModel(net)
    for epoch in range(EPOCHS):
        net.train()
        uneven = lengths * random.uniform(0.8, 1.25, len(lengths))  # windows of like length, never the same together
        order = [
            [examples[task[i]] for i in batch]
            for task in tasks
            for batch in batches([round(uneven[i]) for i in task], BATCH_TOKENS)
        ]
        total = 0.0
        for k in random.permutation(len(order)):
            loss = loss_of(net, order[k])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            rate.step()
            total += float(loss.detach())
        if epoch >= EPOCHS - AVERAGED:
            mean.update_parameters(net)
        took = time.monotonic() - began
        sys.stderr.write(f"epoch {epoch + 1} of {EPOCHS}, loss {total / len(order):.3f}, {took:.0f} s\n")
    return mean.module


def loss_of(net: Any, batch: Sequence[Example]) -> torch.Tensor:
    """Of a batch with roles: half cross-entropy, half that of the whole chain; of one with tags: cross-entropy."""
    import torch
    from torch.nn.functional import cross_entropy

    n, longest, most = len(batch), max(len(e.states) for e in batch), max(len(e.last) for e in batch)
    states, mean = np.zeros((n, longest, WIDTH), np.float32), np.zeros((n, most, longest), np.float32)
    mask, there = np.zeros((n, longest), bool), np.zeros((n, most), bool)
    last, place = np.zeros((n, most), np.int64), np.zeros((n, most, PLACES), np.float32)
    roles, tags = np.full((n, most), -1), np.full((n, longest), -1)
    for row, e in enumerate(batch):
        tokens, sentences = len(e.states), len(e.last)
        states[row, :tokens], mask[row, :tokens], tags[row, :tokens] = e.states, True, e.tags
        mean[row, :sentences, :tokens], there[row, :sentences] = e.mean, True
        last[row, :sentences], place[row, :sentences], roles[row, :sentences] = e.last, e.place, e.roles
    arrays = map(torch.from_numpy, (states, mean, last, place, mask, there))
    labels, marks = torch.from_numpy(roles), torch.from_numpy(tags)
    of_roles = bool((labels >= 0).any())
    said_roles, said_tags = net(*arrays, tagging=not of_roles)
    if not of_roles:
        return cross_entropy(said_tags.reshape(-1, TAGS), marks.reshape(-1), ignore_index=-1, label_smoothing=SMOOTHING)
    single = cross_entropy(
        said_roles.reshape(-1, len(ROLES)), labels.reshape(-1), ignore_index=-1, label_smoothing=SMOOTHING
    )
    return 0.5 * (single + _chain_loss(said_roles, labels, net.transitions) / (labels >= 0).sum())


def _chain_loss(scores: torch.Tensor, labels: torch.Tensor, transitions: torch.Tensor) -> torch.Tensor:
    """Minus the log-likelihood of the labels of all rows under a linear chain; -1 ends a row."""
    import torch

    k = len(ROLES)
    between, start, end = transitions[:k], transitions[k], transitions[k + 1]
    label = labels.clamp(min=0)
    own = scores.gather(2, label[:, :, None])[:, :, 0]
    everything, path, before = start + scores[:, 0], start[label[:, 0]] + own[:, 0], label[:, 0]
    for i in range(1, scores.shape[1]):
        there = labels[:, i] >= 0
        onward = torch.logsumexp(everything[:, :, None] + between, dim=1) + scores[:, i]
        everything = torch.where(there[:, None], onward, everything)
        path = torch.where(there, path + between[before, label[:, i]] + own[:, i], path)
        before = torch.where(there, label[:, i], before)
    return (torch.logsumexp(everything + end, dim=1) - path - end[before]).sum()


def upper() -> Any:
    """MiniLM's upper layers, a layer over sentences, and the two judgements: what is trained, as a module."""
    import torch
    from torch.nn.functional import gelu, scaled_dot_product_attention

    def attend(
        asked: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, heads: int, seen: torch.Tensor | None
    ) -> torch.Tensor:
        parts = [x.view(len(x), -1, heads, x.shape[-1] // heads).transpose(1, 2) for x in (asked, keys, values)]
        mask = None if seen is None else seen[:, None, None, :]
        return scaled_dot_product_attention(*parts, attn_mask=mask).transpose(1, 2).reshape(asked.shape)

    class Upper(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            # Dropout of attention costs a third of the time on a CPU.
            self.layers = base_model(attention_dropout=0.0).encoder.layer[FROZEN:]
            self.mix = torch.nn.Linear(2 * WIDTH + PLACES, HIDDEN)
            self.beside = torch.nn.TransformerEncoderLayer(HIDDEN, HEADS, 2 * HIDDEN, DROPOUT)
            self.role, self.tag = torch.nn.Linear(HIDDEN, len(ROLES)), torch.nn.Linear(WIDTH, TAGS)
            self.transitions = torch.nn.Parameter(torch.zeros(len(ROLES) + 2, len(ROLES)))
            self.dropout = torch.nn.Dropout(DROPOUT)

        def forward(
            self, states: torch.Tensor, mean: torch.Tensor, last: torch.Tensor, place: torch.Tensor,
            mask: torch.Tensor | None = None, there: torch.Tensor | None = None, tagging: bool = True,
        ) -> tuple[torch.Tensor, torch.Tensor | None]:  # fmt: skip
            at = last[:, :, None].expand(-1, -1, WIDTH)
            with torch.autocast("cpu", torch.bfloat16, enabled=self.training):  # half the time; judged in full
                for layer in self.layers[:-1]:
                    states = self._through(layer, states, states, mask)
                # Without tags, only what the last layer makes of each sentence's [SEP] is needed.
                top = self._through(self.layers[-1], states if tagging else states.gather(1, at), states, mask)
            ends = top.gather(1, at) if tagging else top
            vectors = self.dropout(torch.cat([mean @ states.float(), ends.float(), place], dim=-1))
            vectors = self._beside(self.dropout(gelu(self.mix(vectors))), there)
            tags = self.tag(self.dropout(top.float())) if tagging else None
            return self.role(vectors), tags

        def _through(
            self, layer: Any, asked: torch.Tensor, states: torch.Tensor, mask: torch.Tensor | None
        ) -> torch.Tensor:
            """One BERT layer for the tokens ``asked``, with all ``states`` in view."""
            own = layer.attention.self
            mixed = attend(own.query(asked), own.key(states), own.value(states), own.num_attention_heads, mask)
            attended = layer.attention.output(mixed, asked)
            return layer.output(layer.intermediate(attended), attended)

        def _beside(self, vectors: torch.Tensor, there: torch.Tensor | None) -> torch.Tensor:
            """Each sentence with the others in view; torch's own forward of this layer cannot be written as ONNX."""
            layer, own = self.beside, self.beside.self_attn
            parts = torch.nn.functional.linear(vectors, own.in_proj_weight, own.in_proj_bias)
            asked, keys, values = parts.chunk(3, dim=-1)
            mixed = own.out_proj(attend(asked, keys, values, HEADS, there))
            vectors = layer.norm1(vectors + layer.dropout1(mixed))
            inner = layer.linear2(layer.dropout(gelu(layer.linear1(vectors))))
            return layer.norm2(vectors + layer.dropout2(inner))

    return Upper()


def export(net: Any, path: Path) -> None:
    """Write the upper layers as ONNX with int8 weights for one window at a time; not yet calibrated."""
    import torch

    class OneWindow(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = net

        def forward(
            self, states: torch.Tensor, mean: torch.Tensor, last: torch.Tensor, place: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor]:
            roles, tags = self.net(states[None], mean[None], last[None], place[None])
            return roles[0], tags[0].log_softmax(dim=-1)

    example = (torch.zeros(9, WIDTH), torch.zeros(2, 9), torch.tensor([4, 8]), torch.zeros(2, PLACES))
    tokens, sentences = {0: "tokens"}, {0: "sentences"}
    transitions = [[round(float(value), 5) for value in row] for row in net.transitions.detach()]
    write_onnx(
        OneWindow(), example,
        {"states": tokens, "mean": {0: "sentences", 1: "tokens"}, "last": sentences, "place": sentences},
        {"roles": sentences, "tags": tokens}, path,
        {
            "roles": " ".join(ROLES), "kinds": " ".join(KINDS), "transitions": json.dumps(transitions),
            "temperature": "1.0", "certainty": "[1.0, 0.0]",
        },
    )  # fmt: skip
    load_reader.cache_clear()


def set_calibration(path: Path, temperature: float, certainty: tuple[float, float]) -> None:
    """Write into the reader's file what was fitted on the abstracts kept apart."""
    import onnx

    model = onnx.load(str(path))
    about = {entry.key: entry.value for entry in model.metadata_props}
    about |= {"temperature": f"{temperature:.4f}", "certainty": json.dumps(certainty)}
    onnx.helper.set_model_props(model, about)
    with replacing(path) as target:
        onnx.save(model, str(target))
    load_reader.cache_clear()


def main() -> None:
    """Entry of ``python -m analysis.training.abstracts``."""
    from analysis.training import abstracts_figures as figures

    parser = argparse.ArgumentParser(description="Train the reader of abstracts: roles of sentences, and entities.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the labelled abstracts")
    parser.add_argument(
        "--structured", nargs="+", type=Path, default=[], metavar="CORPUS", help="papers, for abstracts with headings"
    )
    parser.add_argument("--work", type=Path, default=Path("abstracts.work"), help="keeps the trained weights")
    arguments = parser.parse_args()
    try:
        parts = [read_labelled(arguments.folder, part) for part in ("train", "dev")]
        structured = read_structured(
            load_papers(*arguments.structured).papers["abstract"] if arguments.structured else ()
        )
        base_model()  # a missing package shows before the long work
    except BadInput as error:
        sys.exit(str(error))
    import torch

    random = np.random.default_rng(1)
    kept = [random.permutation(len(part)) for part in parts[0]]
    held_out = [[part[i] for i in at[:n]] for part, at, n in zip(parts[0], kept, HELD_OUT, strict=True)]
    rest = [part[i] for part, at, n in zip(parts[0], kept, HELD_OUT, strict=True) for i in sorted(at[n:])]
    rest += [abstract for i, abstract in enumerate(structured) if i % FIFTH]
    arguments.work.mkdir(exist_ok=True)
    weights = arguments.work / "abstracts.pt"
    if not weights.is_file():
        torch.save(train(show(rest)).state_dict(), weights)
    net = upper()
    net.load_state_dict(torch.load(weights))
    path = resource("data", "models") / READER[-1]
    export(net.eval(), path)
    set_calibration(path, *figures.calibrate(*held_out))
    figures.write_figures(figures.evaluate(*parts[1], structured[::FIFTH]))


if __name__ == "__main__":
    main()
