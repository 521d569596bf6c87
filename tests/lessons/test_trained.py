"""What one process has trained the next one reads: the same, to the last digit, or not at all."""

import pytest
import torch
from shared import trained

from helpers import training

X = torch.arange(60).remainder(3)
Y = torch.arange(60).remainder(2)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(trained.FOLDER, str(tmp_path))
    return tmp_path


class Model:
    """A table, and a count of calls that training changes beside it."""

    def __init__(self, scale: float = 0.0):
        self.table = torch.full((3, 2), scale, requires_grad=True)
        self.running = torch.zeros(1)

    def __call__(self, x):
        self.running += 1
        return self.table[x]


def run(train, model, *, steps=20, generator=None, **options):
    optimizer = torch.optim.AdamW([model.table], lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 5)
    generator = generator or torch.Generator().manual_seed(1)
    losses = train(model, X, Y, optimizer, schedule, steps=steps, seed=generator, **options)
    return losses, optimizer, schedule, generator


@pytest.fixture
def counted(monkeypatch):
    """The true `train`, and how often it was called."""
    calls = []

    def train(*arguments, **options):
        calls.append(options)
        return training.train(*arguments, **options)

    return train, calls


def test_what_is_read_is_what_training_gives(counted):
    true, calls = counted
    train = trained.remembering(true, may_read=True)
    models = Model(), Model()
    (losses, optimizer, schedule, generator), again = (run(train, model) for model in models)
    assert len(calls) == 1
    assert torch.equal(losses, again[0])
    assert torch.equal(models[0].table, models[1].table)
    assert torch.equal(models[0].table.grad, models[1].table.grad)
    assert models[0].running.item() == models[1].running.item() == 20
    assert optimizer.param_groups[0]["lr"] == again[1].param_groups[0]["lr"]
    assert schedule.last_epoch == again[2].last_epoch
    assert torch.equal(generator.get_state(), again[3].get_state())
    # And it goes on alike from there.
    for model, done in zip(models, ((losses, optimizer, schedule, generator), again), strict=True):
        true(model, X, Y, done[1], steps=3, seed=done[3])
    assert torch.equal(models[0].table, models[1].table)


@pytest.mark.parametrize("how", ["weights", "steps", "generator", "batch_size", "after_step"])
def test_where_anything_is_another_it_is_trained(counted, how):
    true, calls = counted
    train = trained.remembering(true, may_read=True)
    run(train, Model())
    other = {
        "steps": {"steps": 21},
        "generator": {"generator": torch.Generator().manual_seed(2)},
        "batch_size": {"batch_size": 7},
        "after_step": {"after_step": lambda step: None},
    }
    run(train, Model(0.5 if how == "weights" else 0.0), **other.get(how, {}))
    assert len(calls) == 2


def test_nbvals_kernel_trains_by_itself(counted):
    true, calls = counted
    for _ in range(2):
        run(trained.remembering(true, may_read=False), Model())
    assert len(calls) == 2


def test_an_error_is_that_of_the_training():
    def failing(*arguments, **options):
        raise RuntimeError("of my own")

    with pytest.raises(RuntimeError, match="of my own"):
        run(trained.remembering(failing, may_read=True), Model())
