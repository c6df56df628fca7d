"""What generated code and services import: serving a contract with FastAPI."""

from accord.runtime.application import Application
from accord.runtime.completeness import IncompleteApplication
from accord.runtime.dependencies import per_application, provide, unfinished
from accord.runtime.downloads import Binary, Download
from accord.runtime.events import Event
from accord.runtime.model import ABSENT, Absent, Model, Omittable
from accord.runtime.problem import ContractViolation, FieldError, Problem, problem_bytes
from accord.runtime.security import BasicCredentials, Principal, Verifier
from accord.runtime.uploads import UploadFile, UploadLimits

__all__ = [
    "ABSENT",
    "Absent",
    "Application",
    "BasicCredentials",
    "Binary",
    "ContractViolation",
    "Download",
    "Event",
    "FieldError",
    "IncompleteApplication",
    "Model",
    "Omittable",
    "Principal",
    "Problem",
    "UploadFile",
    "UploadLimits",
    "Verifier",
    "per_application",
    "problem_bytes",
    "provide",
    "unfinished",
]
