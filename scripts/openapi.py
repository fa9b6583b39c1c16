"""Prints the OpenAPI document of `/v1`, which needs no server and no store."""

import json
from typing import Any, cast

from promptwire.api.v1.app import create_app
from promptwire.api.v1.document import make_document

if __name__ == "__main__":
    unused = cast("Any", None)  # what serves requests; describing them asks for none of it
    print(json.dumps(make_document(create_app(unused, unused)), indent=1, sort_keys=True))
