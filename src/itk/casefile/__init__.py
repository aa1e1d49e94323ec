"""Case files and `itk.yaml`: YAML text -> `Case`, `Repository`; every error at line:column."""

from itk.casefile.document import SIZE_MAX
from itk.casefile.files import case_files, is_repository_file, read_case_file, repository_file
from itk.casefile.load import load_case, read_case
from itk.casefile.repository import Repository, SuiteDefaults, load_repository, read_repository
from itk.casefile.rules import load_rules
from itk.casefile.schema import case_schema, repository_schema
from itk.casefile.vocabulary import CheckForm, TargetDefaults, Targets, Vocabulary

__all__ = [
    "SIZE_MAX",
    "CheckForm",
    "Repository",
    "SuiteDefaults",
    "TargetDefaults",
    "Targets",
    "Vocabulary",
    "case_files",
    "case_schema",
    "is_repository_file",
    "load_case",
    "load_repository",
    "load_rules",
    "read_case",
    "read_case_file",
    "read_repository",
    "repository_file",
    "repository_schema",
]
