"""docs/reference/settings.md, made from the code so that it cannot go stale."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticUndefined

from itk.settings.model import Settings

_HEAD = """\
<!-- Made from src/itk/settings/model.py by `make fix`. -->

# Settings

A setting comes from the first of these that has it:

1. a flag on the command line,
2. the environment,
3. what `ITK_RESOLVER_CMD` prints,
4. the `.env` file,
5. the default below.

An empty value counts as not set. `itk` looks for `.env` in the working directory and above it, up to the root of the
repository (the directory that holds `.git`); outside a repository only in the working directory. `--env-file` names
another file, which must exist. The file may say `export NAME=value`, use quotes, and have comments after a value.
`${OTHER}` in a value stands for the environment's value, or for one set in a line above; single quotes prevent that.

A name that starts with `ITK_` and is not listed here gives a warning. `${NAME}` in a case may name any setting,
anything else in `.env`, and any environment variable but AWS credentials.

`.env` may hold AWS's own names as well (`AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL`, ...). Credentials come from
one place: when the environment names any, those of `.env` are left aside, and a warning says so.

All wrong values are reported at once:

```text
error: ITK_MODE: `banana` is no mode
  --> .env:1:1
hint: write `live` or `dev-fixtures`

error: ITK_SOAK_MAX_INFLIGHT: `many` is no number from 1 to 1000
  --> environment variable ITK_SOAK_MAX_INFLIGHT
hint: write a whole number such as 5
```

| Setting | Default |
|---|---|
"""


def settings_reference() -> str:
    """The text of docs/reference/settings.md."""
    listed = [(info.alias, info) for info in Settings.model_fields.values() if info.alias]
    rows = "".join(f"| [`{name}`](#{name.lower()}) | {_cell(_default(info))} |\n" for name, info in listed)
    return _HEAD + rows + "".join(_section(name, info) for name, info in listed)


def _section(name: str, info: Any) -> str:
    example = "".join(f"\n```sh\n{name}={_quoted(one)}\n```\n" for one in info.examples or [])
    return f"\n## {name}\n\n{info.description}\n\nDefault: {_default(info)}.\n{example}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(info: Any) -> str:
    extra = info.json_schema_extra
    default = extra["default"] if isinstance(extra, dict) and "default" in extra else info.default
    if default is PydanticUndefined or default in ("", ()):
        return "not set"
    shown = f"{default:g}" if isinstance(default, float) else str(default)
    return f"`{shown}`"


def _quoted(value: str) -> str:
    return f"'{value}'" if any(c in value for c in " {[#") else value
