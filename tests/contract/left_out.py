"""Every recorded answer that a contract test leaves out, and why.

`CLIENT`: the client is never asked to read it. `SANDBOX`: the sandbox Moodle has no such state or function.
A file that is neither replayed nor named here fails the tests; so does a name here that is replayed.
"""

CLIENT: dict[str, str] = {}

SANDBOX: dict[str, str] = {}
