"""The sandbox's server process: `python -m itk.sandbox.server`.

It may run in another interpreter than the rest of ITK (ministack pins botocore exactly), so nothing in this package
imports boto3, typer or pydantic: only the standard library, PyYAML, ministack and what ministack brings.
"""
