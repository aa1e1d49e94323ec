"""`lambda_invoke`: any event for a function."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AliasChoices, Field

from itk.casefile.forms import Form, TargetForm, Word
from itk.casefile.written import Written
from itk.model.case import LambdaInvoke


class LambdaTarget(TargetForm):
    mode: Literal["invoke_lambda"] = Field(default="invoke_lambda", description="May be left out.")
    function_name: Word = Field(
        default="",
        validation_alias=AliasChoices("function_name", "function_name_or_arn"),
        description="Name or ARN. ITK_LAMBDA_FUNCTION_NAME, when not given.",
    )
    qualifier: Word = Field(default="", description="Version or alias.")
    invocation_type: Literal["RequestResponse", "Event"] = Field(
        default="RequestResponse", description="`RequestResponse` waits for the answer, `Event` does not."
    )


class LambdaEntrypoint(Form):
    type: Literal["lambda_invoke"]
    target: LambdaTarget = Field(default_factory=LambdaTarget)
    payload: Any = Field(default=None, description="The event: any JSON value.")


def read(form: LambdaEntrypoint, at: Written) -> LambdaInvoke | None:
    """The stimulus, or `None` where it cannot be told what is meant."""
    target = form.target
    if at.one_of("function_name", "target_arn_or_url"):
        return None
    place = at.given("function_name", target.function_name)
    place = place or at.given("target_arn_or_url", target.target_arn_or_url)
    at.region(target.region)
    return LambdaInvoke(
        function_name=at.or_setting(place, "function_name", "ITK_LAMBDA_FUNCTION_NAME"),
        qualifier=target.qualifier,
        invocation_type=target.invocation_type,
        payload=form.payload,
    )
