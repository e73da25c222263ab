"""digitscan.config: the command line beats the file beats the defaults."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digitscan.config import gather, options, read_config
from digitscan.errors import UsageError
from digitscan.settings import STDOUT, KindChoice, Settings

Write = Callable[[str], Path]


@pytest.fixture
def config(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "digitscan.toml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def test_without_file_and_options_the_defaults_hold() -> None:
    assert gather({}) == Settings()


def test_every_field_of_every_stage_has_a_name_of_its_own() -> None:
    fields = [option.field for option in options().values()]
    stages = [type(getattr(Settings(), name)) for name in Settings.__dataclass_fields__]
    assert len(fields) == sum(len(stage.__dataclass_fields__) for stage in stages)


def test_the_file_beats_the_defaults(config: Write) -> None:
    settings = gather({}, config("dpi = 200\nmax-error = 0.01\nkind = 'any'\nexcel = true\n"))
    assert settings.pages.dpi == 200
    assert settings.reading.max_error == 0.01
    assert settings.output.kind is KindChoice.ANY
    assert settings.output.excel is True


def test_the_command_line_beats_the_file(config: Write) -> None:
    settings = gather({"dpi": 400, "excel": False}, config("dpi = 200\nexcel = true\n"))
    assert settings.pages.dpi == 400
    assert settings.output.excel is False


def test_what_is_not_given_on_the_command_line_is_none(config: Write) -> None:
    assert gather({"dpi": None}, config("dpi = 200")).pages.dpi == 200


def test_digitscan_toml_of_the_current_folder_is_found() -> None:
    Path("digitscan.toml").write_text("workers = 3")
    assert gather({}).running.workers == 3


def test_paths_of_the_file_are_relative_to_it(config: Write) -> None:
    path = config("out = 'tables/results.csv'\nannotated = '/elsewhere'")
    settings = gather({}, path)
    assert settings.output.out == path.parent / "tables/results.csv"
    assert settings.output.annotated == Path("/elsewhere")


def test_standard_output_has_no_folder(config: Write) -> None:
    assert gather({}, config("out = '-'")).output.out == STDOUT


def test_a_whole_number_is_fine_where_a_number_is_wanted(config: Write) -> None:
    assert gather({}, config("time-limit = 5")).running.time_limit == 5.0


def test_patterns_are_one_or_several(config: Write) -> None:
    assert gather({}).running.patterns == ()
    assert gather({}, config("glob = '*.tif'")).running.patterns == ("*.tif",)
    assert gather({}, config("glob = ['*.tif', 'a*']")).running.patterns == ("*.tif", "a*")
    assert gather({"glob": ["*.b", "*.c"]}, config("glob = 'a'")).running.patterns == ("*.b", "*.c")


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("max-eror = 0.01", "max-error"), ("max_error = 0.01", "max-error"), ("DPI = 3", "dpi")],
)
def test_an_unknown_key_names_the_nearest_known_one(
    config: Write, wrong: str, nearest: str
) -> None:
    with pytest.raises(UsageError, match=f"the nearest is '{nearest}'"):
        read_config(config(wrong))


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [
        ("dpi = '300'", "'dpi' is a whole number, got '300'"),
        ("dpi = true", "'dpi' is a whole number"),
        ("max-error = 'low'", "'max-error' is a number"),
        ("excel = 1", "'excel' is true or false"),
        ("glob = 3", "'glob' is a string or a list of strings, got 3"),
        ("glob = ['*.tif', 3]", "'glob' is a string or a list of strings"),
        ("scheduler = 3", "'scheduler' is a string"),
        ("out = 3", "'out' is a path as a string"),
        ("kind = 'pencil'", "'kind' is one of handwritten, printed, any, got 'pencil'"),
    ],
)
def test_a_value_of_another_type_says_what_is_wanted(config: Write, wrong: str, cure: str) -> None:
    with pytest.raises(UsageError, match=cure):
        read_config(config(wrong))


def test_a_value_out_of_range_is_refused(config: Write) -> None:
    with pytest.raises(UsageError, match="--dpi is between"):
        gather({}, config("dpi = 5"))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.toml: cannot read the settings"):
        gather({}, Path("nowhere.toml"))


def test_damaged_toml_is_named(config: Write) -> None:
    with pytest.raises(UsageError, match="not valid TOML"):
        gather({}, config("dpi ="))
