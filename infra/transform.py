#!/usr/bin/env python3
"""Runs the SAM transform over template.yaml without an AWS account and prints the result as JSON."""
import json
import os
import sys
from pathlib import Path

from cfnlint.decode.cfn_yaml import load as load_template
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform


class NoManagedPolicies(ManagedPolicyLoader):
    """The template names no managed policy; asking IAM for them would need an account."""

    def __init__(self):
        super().__init__(None)

    def load(self):
        return {}


def main(path: str) -> None:
    # Any will do: nothing is asked of it.
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
    template = json.loads(json.dumps(load_template(path)))
    # The transform takes code from S3 only; `sam deploy` puts it there.
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/function.zip"
    parameters = {
        name: str(definition.get("Default", ""))
        for name, definition in template.get("Parameters", {}).items()
    }
    print(json.dumps(transform(template, parameters, NoManagedPolicies()), indent=2))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parent.parent / "template.yaml"))
