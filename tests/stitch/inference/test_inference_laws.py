"""Laws of inference, over an invented shop; what time cannot tell must stay open."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itk.stitch.inference import CallGraph, Delays, Edge, Guess, Signature, Work, fold, infer, learn
from tests.stitch.inference.traffic import MS, shifted, traffic, without

NO_GRAPH = CallGraph()
pytest.importorskip("scipy")


@cache
def delays() -> Delays:
    return learn(traffic(150), loads=(None, 5))


def right(guesses: tuple[Guess, ...], truth: list[Work]) -> float:
    parents = {work.id: work.parent for work in truth}
    asked = [guess for guess in guesses if parents[guess.child] is not None]
    return sum(guess.parent == parents[guess.child] for guess in asked) / len(asked)


def crowd(runs: int = 40, seed: int = 2) -> list[Work]:
    return traffic(runs, seed, every_ms=8)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([0.3, 1.0]), st.booleans(), st.integers(0, 5))
def test_order_and_repetition_do_not_matter(rng: random.Random, share: float, runs: bool, seed: int) -> None:
    works = without(crowd(12, seed), runs=runs, share=share)
    shuffled = works + rng.choices(works, k=10)
    rng.shuffle(shuffled)

    assert infer(shuffled, NO_GRAPH, delays()) == infer(works, NO_GRAPH, delays())


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.booleans(), st.integers(0, 50), st.sampled_from([3.0, 10.0, 60.0]))
def test_hard_constraints_hold(share: float, runs: bool, seed: int, every_ms: float) -> None:
    """One parent each, no rings, one run a tree, the same instance, and no more children than were ever seen."""
    truth = traffic(12, seed, every_ms)
    works = without(truth, runs=runs, share=share)
    by_id = {work.id: work for work in works}
    guesses = infer(works, NO_GRAPH, delays())
    parents = {work.id: work.parent for work in works} | {guess.child: guess.parent for guess in guesses}
    most = {(call.parent, call.child): call.children_max for call in delays().calls}

    assert len(guesses) == len({guess.child for guess in guesses}) == sum(work.parent is None for work in works)
    slots = Counter((parent, by_id[child].signature) for child, parent in parents.items() if parent is not None)
    assert all(count <= most[by_id[parent].signature, child] for (parent, child), count in slots.items())
    runs_of_tree: dict[str, set[str]] = {}
    for child in parents:
        path = [child]
        while (up := parents[path[-1]]) is not None:
            assert up not in path
            path.append(up)
        known = by_id[child].run
        runs_of_tree.setdefault(path[-1], set()).update({known} if known else set())
    assert all(len(found) <= 1 for found in runs_of_tree.values())
    for guess in guesses:
        assert guess.probability is None or 0 <= guess.probability <= 1
        if guess.parent is not None and by_id[guess.parent].component == by_id[guess.child].component:
            assert by_id[guess.parent].instance == by_id[guess.child].instance


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 20))
def test_names_carry_no_meaning(seed: int) -> None:
    """Ids renamed one to one: the same guesses under new names, though their order by name is another."""
    works = without(crowd(10, seed), runs=True)
    name = {work.id: f"{random.Random(work.id).random():.12f}" for work in works}
    renamed = [msgspec.structs.replace(work, id=name[work.id]) for work in works]

    expected = {name[g.child]: name.get(g.parent or "") for g in infer(works, NO_GRAPH, delays())}
    assert {g.child: g.parent for g in infer(renamed, NO_GRAPH, delays())} == expected


def test_with_the_run_known_all_is_found() -> None:
    truth = crowd()

    assert right(infer(without(truth), NO_GRAPH, delays()), truth) == 1.0


def test_with_everything_lost_waiting_calls_are_found() -> None:
    truth = [work for work in traffic(60, 3) if work.component != "mailer"]

    guesses = infer(without(truth, runs=True), NO_GRAPH, delays())
    accepted = [guess for guess in guesses if guess.accepted()]
    parents = {work.id: work.parent for work in truth}
    assert right(guesses, truth) > 0.98
    assert len(accepted) > 0.5 * len(guesses)
    assert all(guess.parent == parents[guess.child] for guess in accepted)


def test_guesses_do_not_join_runs_that_are_alone() -> None:
    """Two runs inferred together are the two inferred alone."""
    one, other = traffic(1, 11), traffic(1, 12)

    def said(works: list[Work]) -> set[tuple[str, str | None]]:
        return {(g.child, g.parent) for g in infer(without(works), NO_GRAPH, delays())}

    assert said(one + other) == said(one) | said(other)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.8])
def test_more_ids_never_change_an_exact_link(kept: float) -> None:
    """What is exact is not asked about; with the ids of more work kept, fewer links are open and none contradicts."""
    truth = crowd()
    works = without(truth, runs=True, share=1 - kept)
    exact = {work.id for work in works if work.parent is not None}

    guesses = infer(works, NO_GRAPH, delays())
    assert not exact & {guess.child for guess in guesses}


def test_never_across_a_queue_with_more_than_one_run_in_flight() -> None:
    for runs in (True, False):
        guesses = infer(without(crowd(), runs=runs), NO_GRAPH, delays())
        mails = [guess for guess in guesses if guess.child.endswith("/mail")]
        assert mails
        assert not any(guess.accepted() for guess in mails)
        assert not runs or all(guess.parent is None for guess in mails)


def test_across_a_queue_with_one_run_in_flight() -> None:
    alone = traffic(1, 5)

    guesses = {guess.child: guess for guess in infer(without(alone, runs=True), NO_GRAPH, delays())}
    mail = guesses["r5.0/mail"]
    assert (mail.parent, mail.asynchronous) == ("r5.0/send mail", True)
    several = infer(without(alone, runs=True), NO_GRAPH, delays(), in_flight=2)
    assert next(g for g in several if g.child == mail.child).parent is None


def test_a_tie_is_not_broken() -> None:
    """Two calls that begin and end alike, and two answers that do: nobody can say which is whose."""
    one = [work for work in traffic(1, 4) if work.component != "mailer"]
    twin = [
        msgspec.structs.replace(
            work, id=work.id.replace("r4", "twin"), run="twin", parent=(work.parent or "").replace("r4", "twin") or None
        )
        for work in one
    ]

    guesses = infer(without(one + twin, runs=True), NO_GRAPH, delays())
    inner = [guess for guess in guesses if not guess.child.endswith("GET /order")]
    assert inner
    assert all(guess.parent is None and "equally good" in guess.why for guess in inner)


def test_shifted_clocks_are_found_and_undone() -> None:
    truth = crowd()
    ahead = {"orders": 50, "stock": -50}

    guesses = infer(without(shifted(truth, ahead), runs=True, share=0.5), NO_GRAPH, delays())
    plain = infer(without(truth, runs=True, share=0.5), NO_GRAPH, delays())
    assert right(guesses, truth) >= right(plain, truth) - 0.005
    stock = next(g for g in guesses if g.child.endswith("/reserve") and g.parent)
    assert stock.clock_offset_ns == pytest.approx(-100 * MS, abs=MS)


def test_clocks_that_did_not_shift_are_left_alone() -> None:
    guesses = infer(without(crowd(), runs=True, share=0.5), NO_GRAPH, delays())

    assert {guess.clock_offset_ns for guess in guesses} == {0}


def test_what_time_cannot_tell_is_not_accepted() -> None:
    """Calls of fixed length at every tick of a coarse clock: many pairings are alike, and replays say so."""
    rng = random.Random(3)
    works: list[Work] = []
    for number in range(400):
        start = rng.randrange(0, 2000) * MS
        begin = start + rng.randrange(1, 9) * MS
        common = {"kind": "server", "run": str(number)}
        works.append(Work(id=f"{number}a", component="a", start_ns=start, end_ns=start + 20 * MS, **common))
        works.append(
            Work(id=f"{number}b", component="b", start_ns=begin, end_ns=begin + 9 * MS, parent=f"{number}a", **common)
        )
    model = learn(works[:400], loads=(None, 5))

    later = works[400:]
    guesses = infer(without(later, runs=True), NO_GRAPH, model)
    accepted = [guess for guess in guesses if guess.accepted()]
    assert right(guesses, later) < 0.9
    assert len(accepted) < 20


def test_an_unknown_call_hangs_on_the_nearest_enclosing_work_and_is_not_calibrated() -> None:
    works = [
        Work(id="a", component="x", start_ns=0, end_ns=100, run="r", root=True),
        Work(id="b", component="y", start_ns=10, end_ns=90, run="r", parent="a"),
        Work(id="c", component="z", start_ns=20, end_ns=30, run="r"),
    ]

    (guess,) = infer(works, NO_GRAPH, Delays())
    assert (guess.child, guess.parent, guess.probability) == ("c", "b", None)
    (unknown,) = infer(
        [msgspec.structs.replace(work, run=None, parent=None, root=work.id != "c") for work in works],
        NO_GRAPH,
        Delays(),
    )
    assert unknown.parent is None


def test_what_may_begin_a_run_is_not_hung_on_its_own_child() -> None:
    """A handler that calls itself: outer and inner are of one sort, and only the inner has a caller."""
    works = [
        Work(
            id=f"{k}{name}", component="x", start_ns=at, end_ns=end, run=str(k), parent=f"{k}a" if name == "b" else None
        )
        for k in range(30)
        for name, at, end in (("a", k * 1000, k * 1000 + 100 + k), ("b", k * 1000 + 20 + k, k * 1000 + 90 + k))
    ]
    model = learn(works[:40], loads=(None,))

    guesses = {guess.child: guess.parent for guess in infer(without(works[40:]), NO_GRAPH, model)}
    assert guesses == {work.id: work.parent for work in works[40:]}


def test_a_given_graph_narrows_the_unknown() -> None:
    works = [
        Work(id="a", component="x", start_ns=0, end_ns=100, run="r", root=True),
        Work(id="b", component="y", start_ns=10, end_ns=90, run="r", root=True),
        Work(id="c", component="z", start_ns=20, end_ns=30, run="r"),
    ]
    graph = CallGraph((Edge(Signature("x"), Signature("z")),))

    (guess,) = infer(works, graph, Delays())
    assert guess.parent == "a"


def test_without_a_solver_nothing_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itk.stitch.inference.guessing.available", lambda: False)

    guesses = infer(without(traffic(2)), NO_GRAPH, delays())
    assert {(guess.parent, guess.why) for guess in guesses} == {(None, "numpy and scipy are not installed")}


def test_a_model_survives_json() -> None:
    kept = msgspec.json.decode(msgspec.json.encode(delays()), type=Delays)

    assert kept == delays()
    assert kept.graph() == delays().graph()


def test_learning_does_not_depend_on_order_and_repetition() -> None:
    works = traffic(30)
    shuffled = works + works[:50]
    random.Random(1).shuffle(shuffled)

    assert learn(shuffled, loads=(None, 5)) == learn(works, loads=(None, 5))


def test_folding_moves_whole_runs() -> None:
    runs = [traffic(1, seed) for seed in range(9)]
    apart = [shifted(run, dict.fromkeys(("web", "orders", "stock", "mailer"), 1000 * n)) for n, run in enumerate(runs)]

    for before, after in zip(apart, fold(apart, 3), strict=True):
        moves = {new.start_ns - old.start_ns for old, new in zip(before, after, strict=True)}
        assert len(moves) == 1
        assert [new.end_ns - new.start_ns for new in after] == [old.end_ns - old.start_ns for old in before]
