"""The image's health check: exit code 0 when the store in this container takes requests.

Needs the standard library alone, so that it starts in milliseconds and the image no curl.
"""

import http.client
import os
import sys

TIMEOUT_S = 2


def main() -> int:
    """0: ready. 1: it answers otherwise, or not at all; the reason is printed."""
    port = int(os.environ.get("STORE_PORT", "8000"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"port {port}: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    if status != 200:
        print(f"port {port}: status {status}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
