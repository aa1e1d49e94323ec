"""The JSON Schemas of a case file and of `itk.yaml`, for editors: completion and red lines while typing."""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices, BaseModel

from itk.casefile.forms import MODIFIERS, CaseForm, LeftOutForm, ModifiersForm
from itk.casefile.repository import RepositoryForm
from itk.casefile.stimuli import KINDS
from itk.casefile.turns import OF_THE_RUN
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
    case["properties"]["expect"] = _expect(vocabulary, defs, "What must hold for the case to pass.")
    left_out = _model_schema(LeftOutForm, defs)
    case["properties"]["defaults"] |= {"anyOf": [{"type": "boolean"}, left_out]}
    return _file("ITK case", "A live integration test: what to send, how long to wait, and what must hold.", case, defs)


def repository_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema of `itk.yaml`."""
    defs: dict[str, Any] = {}
    repository = _model_schema(RepositoryForm, defs)
    defaults = defs["DefaultsForm"]["properties"]
    defaults["expect"] = _expect(vocabulary, defs, defaults["expect"]["description"])
    return _file("itk.yaml", "What the cases of a repository have in common.", repository, defs)


def _file(title: str, description: str, schema: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    schema = _once(schema, defs)
    for name in list(defs):
        defs[name] = _once(defs[name], defs)
    return {
        "$schema": DIALECT,
        "title": title,
        "description": description,
        **{key: value for key, value in schema.items() if key not in {"title", "description"}},
        "patternProperties": {"^x-": {"description": "Yours: a place for anchors. Not read."}},
        "$defs": dict(sorted(defs.items())),
    }


def _expect(vocabulary: Vocabulary, defs: dict[str, Any], description: str) -> dict[str, Any]:
    return {"description": description, "type": ["array", "null"], "items": _checks(vocabulary, defs)}


def _checks(vocabulary: Vocabulary, defs: dict[str, Any]) -> dict[str, Any]:
    """What an item of `expect` may be; what a turn of a conversation may ask for has a name, as turns nest it."""
    of_turn = [o for form in vocabulary.values() if form.name not in OF_THE_RUN for o in _check(form, defs)]
    of_run = [o for form in vocabulary.values() if form.name in OF_THE_RUN for o in _check(form, defs)]
    if "TurnForm" not in defs:
        return {"anyOf": [*of_turn, *of_run]}
    defs["CheckOfATurn"] = {"anyOf": of_turn}
    nested = defs["TurnForm"]["properties"]["expect"]
    nested.update({"type": ["array", "null"], "items": {"$ref": "#/$defs/CheckOfATurn"}})
    return {"anyOf": [{"$ref": "#/$defs/CheckOfATurn"}, *of_run]}


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
    bare = not params.get("required") and not params.get("minProperties")
    if bare:
        options.append({"const": form.name, "description": form.summary})
    values: list[dict[str, Any]] = [_numbers_may_be_variables({k: v for k, v in params.items() if k != "title"})]
    if form.shorthand is not None and form.shorthand in params["properties"]:
        values.append(_or_variable(params["properties"][form.shorthand]))
    if bare:
        values.append({"type": "null"})
    beside = {name: _or_variable(params["properties"][name]) for name in form.beside}
    if form.shorthand is not None and (fills_shorthand(form) or form.name == "turns"):
        values = [_or_variable(params["properties"][form.shorthand])]
    options.append(
        {
            "type": "object",
            "description": form.summary,
            "properties": {
                form.name: {"description": form.summary, "anyOf": values},
                **beside,
                **_modifiers(defs),
            },
            "required": [form.name, *(name for name in form.beside if name in params.get("required", []))],
            "additionalProperties": False,
        }
    )
    return options


def _modifiers(defs: dict[str, Any]) -> dict[str, Any]:
    """Explained once, as they may stand beside every check."""
    defs["Modifiers"] = _model_schema(ModifiersForm, defs)
    return {name: {"$ref": f"#/$defs/Modifiers/properties/{name}"} for name in MODIFIERS}


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
