"""`itk schema`: JSON Schemas for editors."""

from __future__ import annotations

import typer

schema_app = typer.Typer(help="Print a JSON Schema, for completion and red lines in your editor.", no_args_is_help=True)


@schema_app.callback()
def _schema() -> None:
    """Print a JSON Schema, for completion and red lines in your editor."""


@schema_app.command("case")
def case() -> None:
    """Print the JSON Schema of a case file.

    Save it and name it in the first line of a case, for editors that use the YAML language server:

    # yaml-language-server: $schema=case.schema.json
    """
    import json

    from itk.casefile import case_schema
    from itk.checks import VOCABULARY

    typer.echo(json.dumps(case_schema(VOCABULARY), indent=2, ensure_ascii=False))


@schema_app.command("repository")
def repository() -> None:
    """Print the JSON Schema of itk.yaml, which holds defaults for all cases of a repository.

    Save it and name it in the first line of itk.yaml, for editors that use the YAML language server:

    # yaml-language-server: $schema=itk.schema.json
    """
    import json

    from itk.casefile import repository_schema
    from itk.checks import VOCABULARY

    typer.echo(json.dumps(repository_schema(VOCABULARY), indent=2, ensure_ascii=False))


@schema_app.command("span")
def span() -> None:
    """Print the JSON Schema of a line of spans.jsonl.

    For programs that read spans.jsonl.
    """
    import json

    from itk.renderers.span_schema import span_schema

    typer.echo(json.dumps(span_schema(), indent=2, ensure_ascii=False))
