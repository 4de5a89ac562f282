"""The platform's services for jobs: the same ground that the web side stands on."""

from __future__ import annotations

from mmo_lti.lti.outgoing import USER_AGENT, Outgoing
from mmo_lti.lti.platform_service import ServiceGround
from mmo_lti.services.clock import wall_clock
from tasks.runtime import Runtime

POOL = "lti"
"""Names the pool of connections among those of a process."""


def service_ground(runtime: Runtime) -> ServiceGround:
    """The ground of this process; its connections are kept between jobs."""
    pool = runtime.moodles.session(POOL)
    pool.headers["User-Agent"] = USER_AGENT
    return ServiceGround(
        database=runtime.database,
        outgoing=Outgoing(pool, runtime.config.loopback_hosts),
        secret=runtime.config.secret,
        wall=wall_clock,
        now=lambda _session: runtime.now(),
    )
