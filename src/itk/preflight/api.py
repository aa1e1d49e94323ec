"""Does something answer at the URL, and is it where the caller is?"""

from __future__ import annotations

from urllib.parse import urlsplit

from itk.aws import apigateway, http
from itk.aws.errors import NotFound
from itk.aws.session import Aws
from itk.errors import AwsError
from itk.model.case import Http
from itk.model.run import Finding
from itk.preflight.account import same_place
from itk.preflight.found import Found, Target, bad
from itk.reading.aws.hosts import aws_host


def check_api(aws: Aws, stimulus: Http) -> Found:
    """Of an API Gateway's own host everything can be asked; of any other only whether somebody is there."""
    url = stimulus.url
    host = urlsplit(url).hostname or ""
    service, region, api_id = aws_host(url)
    if elsewhere := same_place(host, "", region, "", aws.region):
        return bad("api", elsewhere)
    http.reachable(aws, url)
    what = f"{host}; its account cannot be told from its name"
    name = host
    if service == "execute-api":
        try:
            name = apigateway.api_name(aws, api_id)
            what = f"{name} ({host})"
        except NotFound:
            return bad("api", f"there is no API {api_id} in this account and region")
        except AwsError as error:
            what = f"{host}; it cannot be looked up: {error.what}"
    finding = Finding(check="api", ok=True, what=f"{what}{_unsigned(stimulus, service)}")
    return (finding,), Target(name=name, id=url.split("?", 1)[0])


def _unsigned(stimulus: Http, service: str) -> str:
    return "; the request is signed" if stimulus.sign_for else ("; the request is not signed" if service else "")
