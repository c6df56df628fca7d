"""What Schemathesis, or the contract itself, has wrong: each failure that this explains is counted
apart and shown with its reason. One that no longer comes is an explanation too many, and a miss.
"""

from __future__ import annotations

from dataclasses import dataclass

from scripts.corpus.findings import NOT_TESTED, UNSERVED
from scripts.corpus.form_bodies import LEFT_OUT


@dataclass(frozen=True, slots=True)
class Explanation:
    """`contract` ends the names of those meant (empty: all), `operation` begins Schemathesis' name
    of one (for `UNSERVED` the operation's id), `check` is Schemathesis', `UNSERVED` or
    `NOT_TESTED`; `sign` stands in the text of the finding."""

    contract: str
    operation: str
    check: str
    reason: str
    sign: str = ""


_POSITIVE, _NEGATIVE = "positive_data_acceptance", "negative_data_rejection"

EXPLANATIONS = (
    Explanation("", "", _NEGATIVE, "XML is passed on as text", "Content-Type: application/xml"),
    *(
        Explanation(
            "",
            "",
            _NEGATIVE,
            "a parameter that the contract does not name is not wrong",
            f"in {place} - object with unexpected properties",
        )
        for place in ("query", "cookie")
    ),
    Explanation(
        "ogen/issue1710_stream.yml",
        "GET /events",
        "response_schema_conformance",
        "Schemathesis holds whole events to a schema that is of their data",
    ),
    *(
        Explanation(
            "ogen/wildcard_content_types.json",
            operation,
            _NEGATIVE,
            "what a range of media types lets in is passed on as bytes",
        )
        for operation in (
            "POST /wildcardRequestResponse",
            "POST /applicationWildcard",
            "POST /mixedWildcardAndSpecific",
        )
    ),
    *(
        Explanation(
            contract,
            "",
            _NEGATIVE,
            "in a form a single text is an array of one",
            "in body - array: Incorrect type",
        )
        for contract in ("parameters-style.yaml", "schema-encoding-style.yaml")
    ),
    Explanation(
        "parameters-style.yaml",
        "POST /anything/path/label",
        "status_code_conformance",
        "a path without one of its segments is another path",
    ),
    *(
        Explanation(
            "parameters-style.yaml",
            f"{method} /anything/path/{style}",
            _NEGATIVE,
            "in a path one text is an array of one, and two are a property of an object",
            "in path - incorrect type",
        )
        for method in ("GET", "POST")
        for style in ("label", "matrix")
    ),
    Explanation(
        "ogen/form.json",
        "POST /testFormURLEncoded",
        _NEGATIVE,
        "in a form a single text is an array of one",
        "in body - array: Incorrect type",
    ),
    Explanation(
        "ogen/form.json",
        "POST /testMultipartUpload",
        _NEGATIVE,
        "in a form a single part is an array of one",
        "in body - files: Incorrect type",
    ),
    Explanation(
        "ogen/form.json",
        "POST /testMultipartUpload",
        _POSITIVE,
        "in a form an empty array is not there at all",
    ),
    Explanation(
        "ogen/form.json",
        "POST /testMultipart",
        _POSITIVE,
        "Schemathesis writes a part in style deepObject as a form within the form",
    ),
    Explanation(
        "readme-3.0/file-uploads.yaml",
        "PUT /anything/multipart-formdata",
        _NEGATIVE,
        "whatever a part holds is a text",
        "in body - filename: Incorrect type",
    ),
    *(
        Explanation(
            "parameters-style.yaml",
            f"GET /anything/query/{style}Delimited",
            _POSITIVE,
            "Schemathesis writes objects in this style by their names alone",
        )
        for style in ("pipe", "space")
    ),
    Explanation(
        "real/box.json",
        "PUT /files/{file_id}",
        _POSITIVE,
        "with `fields`, which one of them requires, it is a request of #add_shared_link",
    ),
    Explanation(
        "real/box.json",
        "GET /search",
        _POSITIVE,
        "OpenAPI gives arrays of objects no form in a query, and Schemathesis sends none",
    ),
    Explanation(
        "real/box.json",
        "POST /files/{file_id}/content",
        "allow_header_conformance",
        "its methods are on different servers",
    ),
    Explanation(
        "real/petstore.yaml",
        "POST /pet",
        _NEGATIVE,
        "in a form a single text is an array of one",
        "application/x-www-form-urlencoded",
    ),
    Explanation(
        "real/petstore.yaml",
        "POST /pet",
        _POSITIVE,
        "in a form an empty array is not there at all",
        "application/x-www-form-urlencoded",
    ),
    Explanation(
        "real/petstore.yaml",
        "PUT /pet",
        _NEGATIVE,
        "in a form a single text is an array of one",
        "application/x-www-form-urlencoded",
    ),
    Explanation(
        "real/petstore.yaml",
        "PUT /pet",
        _POSITIVE,
        "in a form an empty array is not there at all",
        "application/x-www-form-urlencoded",
    ),
    Explanation(
        "DigitalOcean-public.v2.yaml",
        "POST /v2/apps",
        _NEGATIVE,
        "OpenAPI ignores a header parameter called Accept",
        "parameter `Accept`",
    ),
    Explanation(
        "DigitalOcean-public.v2.yaml",
        "POST /v2/apps",
        _POSITIVE,
        "OpenAPI ignores a header parameter called Content-Type",
        "Content-Type: application/yaml",
    ),
    *(
        Explanation(
            "real/stripe.yaml",
            "",
            _NEGATIVE,
            "in a form a single text is an array of one",
            f"{name}: Incorrect type",
        )
        for name in ("expand", "tax_rates")
    ),
    *(
        Explanation(
            "real/stripe.yaml",
            operation,
            _POSITIVE,
            "in a query Schemathesis writes an array of objects by the names of their properties, "
            "and an empty object as an empty text",
            f'"parameter":"{parameter}"',
        )
        for operation, parameter in (
            ("GET /v1/credit_notes/preview", "lines"),
            ("GET /v1/invoices/upcoming", "customer_details"),
            ("GET /v1/orders", "status_transitions"),
        )
    ),
    Explanation(
        "real/github.json",
        "POST /markdown/raw",
        _NEGATIVE,
        "whatever is sent as text is a text",
        "Content-Type: text/x-markdown",
    ),
    Explanation(
        "real/github.json",
        "POST /repos/{owner}/{repo}/releases/{release_id}/assets",
        _NEGATIVE,
        "whatever is sent as a file is a file",
    ),
    Explanation(
        "ogen/nullable_type_list.yml",
        "POST /templates",
        _POSITIVE,
        "where `type` is a list Schemathesis takes the empty text for a date-time",
    ),
    Explanation(
        "ogen/sample.json",
        "GET /testTuple",
        NOT_TESTED,
        "Schemathesis refuses a list as `items`, which OpenAPI 3.0 does not know either",
    ),
    Explanation(
        "ogen/unnamed_response_validation.json",
        "GET /objects",
        "not_a_server_error",
        "no reply is valid: it must have a property, and the only one is writeOnly",
    ),
    Explanation(
        "ogen/unnamed_response_validation.json",
        "GET /objects",
        "content_type_conformance",
        "no reply is valid: it must have a property, and the only one is writeOnly",
    ),
    Explanation(
        "readme-3.0/circular-paths.yaml",
        "PUT /anything",
        _POSITIVE,
        "Schemathesis writes an object in a header as Python does",
    ),
    Explanation(
        "readme-3.0/schema-circular.yaml",
        "PUT /circular",
        _NEGATIVE,
        "OpenAPI ignores a header parameter called Authorization",
    ),
    Explanation(
        "readme-3.0/schema-circular.yaml",
        "PUT /circular",
        "missing_required_header",
        "OpenAPI ignores a header parameter called Authorization",
    ),
    *(
        Explanation(
            "schema-types.yaml", operation, UNSERVED, "its body must be a text and a number at once"
        )
        for operation in (
            "quirks_entirelyIncompatibleAllOf",
            "quirks_partiallyUsableIncompatibleAllOf",
        )
    ),
    Explanation(
        "readme-3.0/schema-validation.yaml",
        "GET /anything/strings",
        _POSITIVE,
        "Schemathesis sends an empty text for a pattern that it cannot make one for",
    ),
    *(
        Explanation("", "", check, "a form holds no empty array and no empty object", LEFT_OUT)
        for check in (_POSITIVE, _NEGATIVE)
    ),
)
