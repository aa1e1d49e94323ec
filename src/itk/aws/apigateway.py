"""API Gateway: is there an API of this id?"""

from __future__ import annotations

from itk.aws.errors import NotFound, translated
from itk.aws.session import Aws


def api_name(aws: Aws, api_id: str) -> str:
    """The name of a REST, HTTP or WebSocket API. IAM: `apigateway:GET`. Raises NotFound, AwsError."""
    try:
        with translated("apigateway:GET", f"/restapis/{api_id}"):
            return str(aws.client("apigateway").get_rest_api(restApiId=api_id)["name"])
    except NotFound:
        with translated("apigateway:GET", f"/apis/{api_id}"):
            return str(aws.client("apigatewayv2").get_api(ApiId=api_id)["Name"])
