"""The only package that imports boto3: AWS responses become our values here, AWS errors our errors."""
