"""The JSON Schema of a case file, for editors: completion and red lines while typing."""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices, BaseModel

from itk.casefile.forms import CaseForm, ModifiersForm
from itk.casefile.stimuli import KINDS
from itk.casefile.vocabulary import CheckForm, Vocabulary, fills_shorthand

NAMED = "$anchor"  # of a part that stands in several places: its name among the definitions, where it stands once
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema of one case file. `${...}` is allowed wherever text is."""
    defs: dict[str, Any] = {}
    case = _model_schema(CaseForm, defs)
    entrypoints = [_entrypoint(name, defs) for name in KINDS]
    case["properties"]["entrypoint"] = {
        "description": "What is sent, and where to.",
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(KINDS)}},
        "oneOf": entrypoints,
    }
    case["properties"]["expect"] = {
        "description": "What must hold for the case to pass.",
        "type": ["array", "null"],
        "items": {"anyOf": [option for form in vocabulary.values() for option in _check(form, defs)]},
    }
    case["patternProperties"] = {"^x-": {"description": "Yours: a place for anchors. Not read."}}
    case.pop("description", None)
    case = _once(case, defs)
    return {
        "$schema": DIALECT,
        "title": "ITK case",
        "description": "A live integration test: what to send, how long to wait, and what must hold.",
        **{key: value for key, value in case.items() if key != "title"},
        "$defs": dict(sorted(defs.items())),
    }


def _once(part: Any, defs: dict[str, Any]) -> Any:
    """`part` with references to what is `NAMED` in it."""
    if isinstance(part, list):
        return [_once(item, defs) for item in part]
    if not isinstance(part, dict):
        return part
    name = part.get(NAMED)
    if isinstance(name, str):
        if name not in defs:
            defs[name] = {}  # while it is being built
            defs[name] = {key: _once(item, defs) for key, item in part.items() if key != NAMED}
        return {"$ref": f"#/$defs/{name}"}
    built = {key: _once(item, defs) for key, item in part.items()}
    only = built.get("allOf")
    if isinstance(only, list) and len(only) == 1 and only[0].keys() == {"$ref"}:
        return {**only[0], **{key: item for key, item in built.items() if key != "allOf"}}
    return built


def _entrypoint(name: str, defs: dict[str, Any]) -> dict[str, Any]:
    kind = KINDS[name]
    schema = _model_schema(kind.form, defs)
    schema["title"] = name
    target = schema["properties"].get("target")
    if target is not None:
        target.pop("default", None)
        schema["properties"]["target"] = {"anyOf": [target, {"type": "null"}]}
    if kind.shorthand:
        payload = schema["properties"]["payload"]
        options = [option for option in payload.get("anyOf", [payload]) if "$ref" in option]
        described = {"description": payload["description"]}
        schema["properties"]["payload"] = {
            **described,
            "anyOf": [{"type": "string"}, *({"$ref": o["$ref"]} for o in options)],
        }
    return schema


def _check(form: CheckForm, defs: dict[str, Any]) -> list[dict[str, Any]]:
    params = _model_schema(form.params, defs)
    options: list[dict[str, Any]] = []
    if not params.get("required"):
        options.append({"const": form.name, "description": form.summary})
    values: list[dict[str, Any]] = [_numbers_may_be_variables({k: v for k, v in params.items() if k != "title"})]
    if form.shorthand is not None and form.shorthand in params["properties"]:
        values.append(_or_variable(params["properties"][form.shorthand]))
    if not params.get("required"):
        values.append({"type": "null"})
    beside = {name: _or_variable(params["properties"][name]) for name in form.beside}
    if form.shorthand is not None and fills_shorthand(form):
        values = [_or_variable(params["properties"][form.shorthand])]
    options.append(
        {
            "type": "object",
            "description": form.summary,
            "properties": {
                form.name: {"description": form.summary, "anyOf": values},
                **beside,
                **_model_schema(ModifiersForm, defs)["properties"],
            },
            "required": [form.name],
            "additionalProperties": False,
        }
    )
    return options


def _numbers_may_be_variables(params: dict[str, Any]) -> dict[str, Any]:
    properties = {name: _or_variable(schema) for name, schema in params.get("properties", {}).items()}
    return {**params, "properties": properties}


def _or_variable(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("type") in {"integer", "number", "boolean"}:
        return {"anyOf": [schema, {"type": "string", "pattern": r"\$\{"}]}
    return schema


def _model_schema(model: type[BaseModel], defs: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    inner = schema.pop("$defs", {})
    _spell(model, schema, inner)
    defs.update(inner)
    schema.setdefault("properties", {})
    schema["additionalProperties"] = model.model_config.get("extra") != "forbid"
    return schema


def _spell(model: type[BaseModel], schema: dict[str, Any], defs: dict[str, Any]) -> None:
    """Pydantic puts only the first of several spellings into the schema: add the others."""
    for info in model.model_fields.values():
        for inner in _models(info.annotation):
            if inner.__name__ in defs:
                _spell(inner, defs[inner.__name__], defs)
        if not isinstance(info.validation_alias, AliasChoices):
            continue
        first, *others = map(str, info.validation_alias.choices)
        for other in others:
            same = {**schema["properties"][first], "description": f"Same as `{first}`."}
            schema["properties"].setdefault(other, same)
        if first in schema.get("required", []):
            schema["required"].remove(first)
            schema["anyOf"] = [{"required": [spelling]} for spelling in (first, *others)]


def _models(annotation: Any) -> list[type[BaseModel]]:
    options = getattr(annotation, "__args__", (annotation,))
    return [one for one in options if isinstance(one, type) and issubclass(one, BaseModel)]
