"""The one writer: whole files or none, and never outside the directory that was asked for."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from itk.errors import ItkError
from itk.ports import Artifact
from itk.workflows.artifacts import write_artifacts, write_file


def art(path: str, content: bytes = b"new") -> Artifact:
    return Artifact(path=path, content=content)


def tree(directory: Path) -> dict[str, bytes]:
    return {str(p.relative_to(directory)): p.read_bytes() for p in sorted(directory.rglob("*")) if p.is_file()}


def test_files_and_their_directories_appear(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    written = write_artifacts(out, [art("run.json"), art("payloads/a.json")])
    assert tree(out) == {"payloads/a.json": b"new", "run.json": b"new"}
    assert written == (out / "run.json", out / "payloads/a.json")
    assert sorted(p.name for p in out.iterdir()) == ["payloads", "run.json"]  # no trace of the staging


def test_stale_payloads_are_removed(tmp_path: Path) -> None:
    """A payload of the run before would be one that no page mentions. What is not ours stays."""
    write_artifacts(tmp_path, [art("payloads/old.json"), art("run.json")])
    (tmp_path / "notes.txt").write_bytes(b"mine")
    write_artifacts(tmp_path, [art("payloads/new.json")])
    assert sorted(tree(tmp_path)) == ["notes.txt", "payloads/new.json", "run.json"]


def test_one_file_leaves_the_others(tmp_path: Path) -> None:
    write_artifacts(tmp_path, [art("payloads/old.json")])
    write_file(tmp_path / "fixture.jsonl", b"x")
    assert sorted(tree(tmp_path)) == ["fixture.jsonl", "payloads/old.json"]


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "a\\x", "", ".", "a\0b"])
def test_an_unsafe_path_is_refused_before_anything_is_written(tmp_path: Path, path: str) -> None:
    """Such a path is a bug of a renderer, whatever payload led it there."""
    with pytest.raises(AssertionError, match="unsafe path"):
        write_artifacts(tmp_path / "out", [art("run.json"), art(path)])
    assert list(tmp_path.iterdir()) == []


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="the same file"):
        write_artifacts(tmp_path, [art("a/b"), art("a//b")])


def test_a_file_in_the_way_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file")
    with pytest.raises(ItkError, match="cannot write artifacts"):
        write_artifacts(tmp_path / "out", [art("run.json")])
    assert (tmp_path / "out").read_bytes() == b"a file"


def test_a_file_in_the_way_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "payloads").write_bytes(b"a file")
    with pytest.raises(ItkError) as caught:
        write_artifacts(tmp_path, [art("payloads/a.json")])
    assert "payloads" in caught.value.where
    assert sorted(p.name for p in tmp_path.iterdir()) == ["payloads"]


def test_a_directory_in_the_way_of_a_file_keeps_the_rest_whole(tmp_path: Path) -> None:
    (tmp_path / "run.json").mkdir()
    with pytest.raises(ItkError):
        write_artifacts(tmp_path, [art("a.txt"), art("run.json")])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "run.json"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ItkError, match="cannot write artifacts"):
        write_artifacts(tmp_path, [art("run.json")])


def test_a_full_disk_leaves_the_old_files_whole(tmp_path: Path) -> None:
    """The new files are written beside their places first: what fails there has touched nothing."""
    resource = pytest.importorskip("resource")
    write_artifacts(tmp_path, [art("run.json", b"old"), art("payloads/p.json", b"old")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(ItkError, match="cannot write artifacts"):
            write_artifacts(tmp_path, [art("run.json"), art("big", b"x" * 20_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert tree(tmp_path) == {"run.json": b"old", "payloads/p.json": b"old"}


def test_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    """`payloads` as a link would lead files, and the removal of stale ones, out of the directory."""
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (elsewhere / "precious").write_bytes(b"x")
    (out / "payloads").symlink_to(elsewhere)
    with pytest.raises(ItkError, match="symbolic link"):
        write_artifacts(out, [art("payloads/a.json")])
    assert tree(elsewhere) == {"precious": b"x"}


def test_a_file_that_is_a_link_is_replaced_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"old")
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").symlink_to(target)
    write_artifacts(out, [art("run.json")])
    assert target.read_bytes() == b"old"
    assert (out / "run.json").read_bytes() == b"new"
    assert not (out / "run.json").is_symlink()


def test_the_directory_itself_may_be_a_link(tmp_path: Path) -> None:
    """The user asked for that one by name."""
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    write_artifacts(tmp_path / "out", [art("payloads/a.json")])
    assert tree(tmp_path / "real") == {"payloads/a.json": b"new"}
