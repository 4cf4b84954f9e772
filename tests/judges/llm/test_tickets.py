"""A batch that was handed in is neither lost nor paid for twice, wherever the work is cut off."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.judges.llm.batch_server import Batches
from tests.judges.llm.conftest import ANSWER, FakeClock, config_for
from tests.judges.llm.servers import asked_about, cuts_off, fails, hang_up, raw

from evenhand.judges.__main__ import main
from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.batching import Batcher
from evenhand.judges.llm.caching import FolderCache, answer_hash
from evenhand.judges.llm.judge import screened_for
from evenhand.judges.llm.tickets import ask_in_batches

CREATE, STATE, RESULTS = "/batches", "/batch-1", "/content"


class Room(Batches):
    """Takes batches, and plays other acts meanwhile: by the end of the path, once each."""

    def __init__(self, answer, **settings):
        super().__init__(answer, **settings)
        self.faults = {}
        self.created = 0

    def __call__(self, handler, body):
        for end, act in list(self.faults.items()):
            if handler.path.endswith(end):
                act(handler, body)
                return
        self.created += handler.command == "POST" and handler.path.endswith(CREATE)
        super().__call__(handler, body)


@pytest.fixture
def room(good):
    return Room(lambda number: good)


@pytest.fixture
def told():
    return []


@pytest.fixture
def ask(room, serve, pack, prompt, tmp_path, told):
    """Ask in batches and return how many replies are kept: they are, between two askings."""
    server = serve(room)
    answers = [(prompt, f"{ANSWER} This is number {n} of them.") for n in range(4)]

    def run(clock=None, **settings):
        config = config_for(server.url, batch_share=0.5, **settings)
        ask_in_batches(
            pack, [config], {}, answers, cache=FolderCache(tmp_path / "draws"),
            folder=tmp_path / "batches", tell=told.append, clock=clock or FakeClock(),
        )  # fmt: skip
        return len(list((tmp_path / "draws").rglob("*.json")))

    run.answers = answers
    return run


@pytest.fixture
def file(tmp_path, pack):
    return tmp_path / "batches" / f"mid.{pack.id}.json"


def spent(pack, answers, folder):
    texts = [screened_for(pack, prompt, text).text for prompt, text in answers]
    calls = [call for text in texts for call in FolderCache(folder).calls(answer_hash(text))]
    return sum(call.micros for call in calls)


def test_a_batch_is_handed_in_waited_for_and_fetched_and_its_ticket_goes(ask, room, file, told):
    clock = FakeClock()
    assert ask(clock) == 4
    assert (room.created, file.exists()) == (1, False)
    assert clock.slept == [30.0, 30.0]
    assert told[0].startswith("mid: handed in 4 requests as batch batch-1")
    assert told[1] == "mid: batch batch-1 brought 4 replies"
    assert ask() == 4
    assert room.created == 1


CUT_OFF = {
    "nobody says how it stands": {STATE: fails(503)},
    "the results are cut": {RESULTS: cuts_off(b'{"custom_id": "x"}' * 9)},
    "the results are refused": {RESULTS: fails(404)},
}


@pytest.mark.parametrize("fault", CUT_OFF)
def test_whoever_is_cut_off_after_handing_in_fetches_the_same_batch_later(
    ask, room, file, pack, tmp_path, fault
):
    room.faults = CUT_OFF[fault]
    with pytest.raises(JudgeError, match=r"batch-1 cannot be fetched now .* run the same again"):
        ask()
    assert file.exists()
    room.faults = {}
    assert ask() == 4
    assert (room.created, len(room.taken), file.exists()) == (1, 1, False)
    assert spent(pack, ask.answers, tmp_path / "draws") == Decimal(4 * (400 + 60 + 1000)) / 2


def test_whoever_is_stopped_while_waiting_goes_on_with_the_ticket(ask, room, file, told):
    class Stopped(FakeClock):
        def sleep(self, seconds):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(Stopped())
    assert file.exists()
    assert ask() == 4
    assert room.created == 1
    assert "mid: going on with batch batch-1" in told


@pytest.mark.parametrize("act", [hang_up, fails(500), raw(b"{}")])
def test_a_batch_that_may_have_been_taken_is_not_handed_in_again_till_somebody_has_looked(
    ask, room, file, act
):
    room.faults = {CREATE: act}
    with pytest.raises(JudgeError, match=r"its id is not in its ticket .* look with the provider"):
        ask()
    room.faults = {}
    with pytest.raises(JudgeError, match=r'put the id into .* under "id", or remove the file'):
        ask()
    assert room.created == 0
    ticket = json.loads(file.read_text())
    file.write_text(json.dumps({**ticket, "id": "batch-1"}))
    assert ask() == 4
    assert (room.created, len(room.taken)) == (0, 1)


@pytest.mark.parametrize(
    ("faults", "attempts"),
    [({CREATE: fails(429)}, 1), ({CREATE: fails(400)}, 1), ({"/files": fails(503)}, 0),
     ({"/files": hang_up}, 0)],
)  # fmt: skip
def test_where_there_is_surely_no_batch_no_ticket_stays(ask, room, file, faults, attempts):
    room.faults = faults
    with pytest.raises(JudgeError, match="no batch is handed in"):
        ask()
    assert (len(room.taken), file.exists()) == (attempts, False)
    room.faults = {}
    assert ask() == 4


def test_a_batch_of_another_set_up_is_not_taken_for_this_ones(ask, room, file):
    room.faults = {STATE: fails(503)}
    with pytest.raises(JudgeError):
        ask()
    with pytest.raises(JudgeError, match="handed in for another set-up"):
        ask(model="other")
    assert (room.created, file.exists()) == (1, True)


def test_what_is_no_ticket_is_said_and_left(ask, room, file):
    file.parent.mkdir()
    file.write_text('{"name": "x", "asked": 1}')
    with pytest.raises(JudgeError, match="is no ticket of a batch"):
        ask()
    assert (room.created, file.exists()) == (0, True)


def test_where_the_disk_takes_no_ticket_nothing_is_handed_in(ask, room, file, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("evenhand.judges.llm.tickets.os.fsync", full)
        with pytest.raises(JudgeError, match=r"no batch is handed in: .* No space left"):
            ask()
    assert (room.created, file.exists()) == (0, False)


def test_an_id_that_the_disk_does_not_take_is_told_and_nothing_is_handed_in_again(
    ask, room, file, monkeypatch
):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("evenhand.judges.llm.tickets.write_whole", full)
        with pytest.raises(JudgeError, match="it is batch-1"):
            ask()
    with pytest.raises(JudgeError, match="put the id into"):
        ask()
    assert (room.created, file.exists()) == (1, True)


def test_of_two_runs_at_the_same_time_one_hands_in(ask, room, file, monkeypatch):
    prepare = Batcher.prepare

    def meanwhile(self, *args):
        monkeypatch.setattr(Batcher, "prepare", prepare)
        room.faults = {STATE: fails(503)}
        with pytest.raises(JudgeError, match="cannot be fetched now"):
            ask()
        return prepare(self, *args)

    monkeypatch.setattr(Batcher, "prepare", meanwhile)
    with pytest.raises(JudgeError, match="another run"):
        ask()
    assert (room.created, file.exists()) == (1, True)


def test_a_checklist_is_left_to_direct_calls(ask, room, told):
    assert ask(style="checklist", logprobs=True) == 0
    assert (room.created, room.taken) == (0, [])
    assert "by checklist" in told[0]


@pytest.fixture
def panels(serve, tmp_path):
    """A panels file of a judge that goes by the length of the answer, and what its batches do.

    The batch brings nothing for the first request, and nor does asking for it directly.
    """
    room = Room(
        lambda number: rating(room.taken[-1][number]["body"]) if number else None,
        looks=0,
        directly="prose",
    )

    def rating(body):
        answer = body["messages"][1]["content"].split("\n", 1)[1].rsplit("\n", 1)[0]
        found = asked_about(body) | {"level": min(max(len(answer) // 400, 1), 5)}
        found["marks"]["1"] = {"quote": " ".join(answer.split()[:7]), "mark": 1}
        return found

    file = tmp_path / "panels.toml"
    file.write_text(
        f'[judge.mid]\nkind = "openai"\nbase_url = "{serve(room).url}"\nmodel = "m"\n'
        "price = { input = 1.0, cached = 0.1, output = 10.0 }\nbatch_share = 0.5\n"
        '[panel.one]\njudges = ["mid"]\nembedded = false\n'
    )
    return file, room


def test_judges_are_calibrated_in_batches_by_one_command_that_goes_on_where_it_was_cut_off(
    panels, pack, tmp_path, capsys, monkeypatch
):
    by_author = {answer.author: [] for answer in pack.golden}
    for answer in pack.golden:
        by_author[answer.author].append(answer)
    few = replace(pack, golden=tuple(a for answers in by_author.values() for a in answers[:2]))
    monkeypatch.setattr("evenhand.judges.__main__.load_pack", lambda _: few)
    for module in ("batching", "calling"):
        monkeypatch.setattr(f"evenhand.judges.llm.{module}.SYSTEM_CLOCK", FakeClock())
    file, room = panels
    command = ["calibrate", str(pack.root), "--panels", str(file), "--panel", "one", "--batch"]
    room.faults = {RESULTS: fails(404)}
    assert main(command) == 2
    assert "run the same again" in capsys.readouterr().err
    room.faults = {}
    assert main(command) == 0
    (asked,) = room.taken
    # One to see what is taken, before the batch, and two for what the batch did not bring.
    assert (room.created, room.direct) == (1, 1 + 2)
    # What failed directly was paid for twice, at the whole price.
    cost = (len(asked) - 1) * Decimal(400 + 60 + 1000) / 2 + 2 * (400 + 60 + 1000)
    said = capsys.readouterr().out
    assert f"cost so far {cost / 1_000_000:.4f} for {len(asked)} calls" in said
    assert (tmp_path / "panels.calibration" / f"mid.{pack.id}.json").exists()


def test_batches_are_for_judges_that_are_asked(pack, capsys):
    assert main(["calibrate", str(pack.root), "--batch"]) == 2
    assert "--batch is for LLM judges" in capsys.readouterr().err


def test_where_every_request_is_refused_alike_nothing_is_asked_directly(ask, room, file):
    room.refuses = "unsupported_parameter"
    with pytest.raises(JudgeError, match=r"refused alike, unsupported_parameter \(4 of 4\)"):
        ask()
    assert not file.exists()


def test_the_commonest_error_of_a_batch_is_told(ask, room, told, good):
    room.answer = lambda number: good if number else None
    assert ask() == 3
    assert told[-1].endswith("1 are asked for directly, most often batch_expired (1 of 4)")
