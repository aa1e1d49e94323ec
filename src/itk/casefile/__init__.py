"""Case files: YAML text -> `Case`, every error at line:column."""

from itk.casefile.files import case_files, read_case_file
from itk.casefile.load import SIZE_MAX, load_case, read_case
from itk.casefile.rules import load_rules
from itk.casefile.schema import case_schema
from itk.casefile.vocabulary import CheckForm, TargetDefaults, Targets, Vocabulary

__all__ = [
    "SIZE_MAX",
    "CheckForm",
    "TargetDefaults",
    "Targets",
    "Vocabulary",
    "case_files",
    "case_schema",
    "load_case",
    "load_rules",
    "read_case",
    "read_case_file",
]
