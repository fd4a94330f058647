import io
import time

from matchmaker.simulation.progress import SILENCE_SECONDS, ProgressDisplay


class TestProgressDisplay:
    def test_writes_plain_lines_where_there_is_no_terminal(self) -> None:
        stream = io.StringIO()

        with ProgressDisplay("replay", stream=stream) as progress:
            progress(2, 2, "done")

        lines = stream.getvalue().splitlines()
        assert lines[0] == "replay: 0/1 starting (0 s)"
        assert lines[-1] == "replay: 2/2 done (0 s)"

    def test_is_never_silent_for_long(self) -> None:
        stream = io.StringIO()

        with ProgressDisplay("replay", stream=stream) as progress:
            progress(1, 2, "a long step")
            time.sleep(SILENCE_SECONDS + 0.6)
            said = stream.getvalue().splitlines()

        assert any(line.startswith("replay: 1/2 a long step") for line in said)
