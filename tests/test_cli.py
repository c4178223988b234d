from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from vqa import cli
from vqa.arguments import seconds_or_clock_time
from vqa.cli import main


def test_the_answer_stands_alone_on_stdout(cuts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(cuts), "What is it?", "--model", "echo"]) == 0
    out, err = capsys.readouterr()
    assert (
        out
        == "I saw 8 frames from 0.60 s to 8.40 s, heard 0 earlier questions, and was asked: What is it?\n"
    )
    assert err == ""


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.avif"])
def test_an_animated_picture_is_asked_about(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also its sound and its subtitles are looked for, and there are none."""
    pictures = [Image.new("RGB", (64, 64), (number * 60, 0, 90)) for number in range(4)]
    pictures[0].save(tmp_path / name, save_all=True, append_images=pictures[1:], duration=500)
    assert main(["ask", str(tmp_path / name), "What is it?", "--model", "echo"]) == 0
    assert "from 0.00 s to 1.50 s" in capsys.readouterr().out
    assert main(["ask", str(tmp_path / name), "Is there music?", "--model", "echo"]) == 0


def test_json_has_the_promised_keys(cuts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", str(cuts), "What?", "--model", "echo", "--frames", "3", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert {
        "answer",
        "confidence",
        "answerable",
        "frames",
        "evidence",
        "timings_s",
        "model",
        "device",
    } <= result.keys()
    assert len(result["frames"]) == 3
    assert set(result["frames"][0]) == {"index", "time_s"}
    assert set(result["timings_s"]) == {"read", "encode", "first_token", "total"}
    assert result["confidence"] is None
    assert result["evidence"] == []
    assert result["model"] == "echo"


def test_a_range_of_the_video(cuts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["ask", str(cuts), "What?", "--model", "echo", "--from", "3", "--to", "6", "--json"])
        == 0
    )
    times = [f["time_s"] for f in json.loads(capsys.readouterr().out)["frames"]]
    assert min(times) >= 3
    assert max(times) < 6


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3), ("2.5", 2.5), ("0:03", 3), ("00:03.5", 3.5), ("1:02:03", 3723), ("90:00", 5400)],
)
def test_from_and_to_take_clock_times(text: str, seconds: float) -> None:
    assert seconds_or_clock_time(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "1:75",
        "1:2:3",
        "1:",
        ":30",
        "1:00:75",
        "-1:00",
        "nan",
        "inf",
        "-Infinity",
        "1e999",
    ],
)
def test_from_and_to_refuse_what_is_no_time(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["ask", "x.mp4", "What?", f"--from={text}"])
    assert caught.value.code == 2
    assert "0:03" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["nan", "inf", "1e999"])
@pytest.mark.parametrize(
    "arguments",
    [
        "cut x.mp4 red -o x.mp4 --length", "cut x.mp4 red -o x.mp4 --fade", "compose x.txt -o x.mp4 --rate",
        "compose x.txt -o x.mp4 --seconds", "monitor x --when red --every", "monitor x --when red --cooldown",
    ],
)  # fmt: skip
def test_numbers_are_finite(
    arguments: str, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*arguments.split(), number])
    assert caught.value.code == 2
    assert "no finite number" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "many"])
def test_a_search_has_a_limit_of_at_least_one(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["search", "x.mp4", "a dog"], ["search", "--library", "a dog"]):
        with pytest.raises(SystemExit) as caught:
            main([*arguments, "--limit", number])
        assert caught.value.code == 2
        assert "at least 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "nowhere.mp4", "What?", "--model", "echo"], "no file nowhere.mp4"),
        (["ask", "{cuts}", "What?", "--model", "nobody"], "nobody"),
        (["ask", "{cuts}", "What?", "--model", "echo", "--frames", "0"], "vqa ask --help"),
        (["search", "{cuts}", "a", "--frames", "0"], "vqa search --help"),
        (["caption", "{cuts}", "--from", "3", "--to", "2"], "vqa caption --help"),
        (["search", "{cuts}", "a dog", "--model", "echo"], "echo"),
        (["caption", "{cuts}", "--model", "echo"], "echo"),
        (["ask", "http://127.0.0.1/x.mp4", "What?", "--model", "echo"], "private network"),
        (["caption", "{cuts}", "--model", "nobody", "-o", "nodir/x.srt"], "no folder nodir"),
        (["caption", "{cuts}", "--model", "nobody", "-o", "x.doc"], ".doc"),
        (["summarize", "{cuts}", "--model", "nobody", "-o", "nodir/x.vtt"], "no folder nodir"),
        (["search", "a dog", "--model", "echo"], "No video is given"),
        (["search", "--library", "a dog", "--model", "echo"], "echo"),
        (["index", "nowhere", "--model", "echo"], "echo"),
        (["cut", "{cuts}", "red", "-o", "nodir/x.mp4"], "no folder nodir"),
        (["notes", "{cuts}", "-o", "x.docx"], ".docx"),
        (["notes", "nowhere.mp4", "-o", "x.md"], "no file nowhere.mp4"),
        (["quiz", "{cuts}", "-o", "x.doc"], ".doc"),
        (["quiz", "{cuts}", "--model", "echo", "--limit", "0"], "at least one"),
        (["cut", "{cuts}", "red", "-o", "x.gif"], ".gif"),
        (["cut", "{cuts}", "-o", "x.mp4"], "nothing to cut"),
        (["cut", "-o", "x.mp4"], "no video"),
        (["cut", "--library", "-o", "x.mp4"], "nothing to look for"),
        (["cut", "{cuts}", "--from", "20", "--to", "30", "-o", "x.mp4"], "no frame between"),
        (
            ["cut", "{cuts}", "--from", "1", "--to", "2", "--subtitles", "-o", "x.mp4"],
            "no subtitles",
        ),
        (["cut", "{cuts}", "red", "--fade", "1", "-o", "x.mp4"], "--exact"),
        (["cut", "{cuts}", "red", "--limit", "0", "-o", "x.mp4"], "--limit"),
        (["ask", "{cuts}", " ", "--model", "echo"], "The question is empty"),
        (["search", "{cuts}", " "], "nothing to search for"),
        (["search", "{cuts}", "a", "--thumbnails", "{cuts}"], "cannot be written"),
        (["search", "{cuts}", "a", "--thumbnails", "{cuts}/pictures"], "cannot be written"),
        (["cut", "{cuts}", "red", "--model", "echo", "-o", "x.mp4"], "echo"),
    ],
)
def test_failures_name_their_cure_and_exit_with_1(
    arguments: list[str], message: str, cuts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([a.format(cuts=cuts) for a in arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 2


def test_an_interruption_exits_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_: argparse.Namespace) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli._COMMANDS, "models", interrupt)
    assert main(["models"]) == 130
    out, err = capsys.readouterr()
    assert (out, err.strip()) == ("", "")


def test_the_page_on_use_has_the_exit_codes_and_the_error_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (Path(__file__).resolve().parent.parent / "docs/use.md").read_text(encoding="utf-8")
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", page, flags=re.MULTILINE)]
    assert codes == [cli.EXIT_SUCCESS, cli.EXIT_FAILURE, 2, cli.EXIT_INTERRUPT]
    (example,) = re.findall(r"```json\n(.*?)\n```", page, flags=re.DOTALL)
    main(["ask", "nowhere.mp4", "What?", "--model", "echo", "--json"])
    assert json.loads(capsys.readouterr().out) == json.loads(example)


def test_wrong_usage_exits_with_2() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["ask"])
    assert caught.value.code == 2


def test_the_models_are_listed_with_what_this_machine_can_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (echo,) = [line for line in lines if line.startswith("echo ")]
    assert "fits, on disk" in echo
    (big,) = [line for line in lines if line.startswith("qwen3-vl-8b ")]
    assert re.search(r"8770 M +18\.2 GB +(fits|4 bits fit|too big), ", big)
    assert main(["models", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["models"]}
    assert rows["qwen3-vl-8b"]["hub_id"] == "Qwen/Qwen3-VL-8B-Instruct"
    assert rows["echo"]["fits"] is True
    assert set(rows["smolvlm2-256m"]["memory_gb_by_dtype"]) == {
        "float32", "bfloat16", "8 bit", "4 bit",
    }  # fmt: skip


def test_a_cut_says_where_it_begins(
    cuts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "cut.mp4"
    assert main(["cut", str(cuts), "--from", "4", "--to", "5", "-o", str(output)]) == 0
    assert "early, at a key frame" in capsys.readouterr().out
    arguments = ["cut", str(cuts), "--from", "4", "--to", "5", "--exact", "--json"]
    assert main([*arguments, "-o", str(output)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["file"], result["exact"]) == (str(output), True)
    (part,) = result["parts"]
    assert (part["start_s"], part["end_s"], part["requested_start_s"]) == (4.0, 5.0, 4.0)
    assert output.is_file()


def test_options_of_hub_models_are_for_hub_models(
    cuts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", str(cuts), "What?", "--model", "echo", "--bits", "4"]) == 1
    assert "hub model" in capsys.readouterr().err


def test_with_json_a_failure_is_json_with_its_cure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "nowhere.mp4", "What?", "--model", "echo", "--json"]) == 1
    out, err = capsys.readouterr()
    failure = json.loads(out)
    assert failure["type"] == "VideoNotFound"
    assert "nowhere.mp4" in failure["error"]
    assert failure["cure"]
    assert err == ""


def test_captions_that_are_guesses_are_marked(
    cuts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("vqa.tasks.captions.MIN_CONFIDENCE", 1.1)
    assert main(["caption", str(cuts)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.endswith("(a guess)") for line in lines)
    assert main(["summarize", str(cuts)]) == 0
    assert capsys.readouterr().out == "I can't tell what happens in this video.\n"
