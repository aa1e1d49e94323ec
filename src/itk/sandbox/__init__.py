"""An embedded AWS for a first run without an account and for end-to-end tests. Everything it shows is emulated.

    with Sandbox.start() as sandbox:
        os.environ.update(sandbox.env())

Importing this package imports neither ministack nor boto3; they live in the server process alone.
"""

from itk.sandbox.client import Sandbox

__all__ = ["Sandbox"]
