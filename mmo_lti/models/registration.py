"""Platforms that may launch the tool: registrations, their deployments, their cached key sets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.base import Base
from mmo_lti.models.centre import Centre


class Registration(Base):
    """One registration of the tool: a `client_id` of the centre's platform (LTI core 3.1.3).

    Several client ids of one `iss` share the centre; the addresses are the platform's, checked when stored.
    """

    __tablename__ = "registrations"
    __table_args__ = (UniqueConstraint("centre_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    client_id: Mapped[str] = mapped_column(String(255))
    authorization_endpoint: Mapped[str] = mapped_column(String(1000))
    token_endpoint: Mapped[str] = mapped_column(String(1000))
    jwks_uri: Mapped[str] = mapped_column(String(1000))
    token_audience: Mapped[str] = mapped_column(String(1000), default="")
    """Audience of the assertions where it is not the token endpoint (security framework 4.1.1)."""
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    """What the platform granted at the registration."""
    product: Mapped[str] = mapped_column(String(100), default="")
    version: Mapped[str] = mapped_column(String(100), default="")
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    centre: Mapped[Centre] = relationship(lazy="joined", innerjoin=True)
    deployments: Mapped[list[Deployment]] = relationship(back_populates="registration")


class Deployment(Base):
    """One deployment of a registration; launches of others are refused (LTI core 3.1.3)."""

    __tablename__ = "deployments"
    __table_args__ = (UniqueConstraint("registration_id", "deployment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    deployment_id: Mapped[str] = mapped_column(String(255))
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship(back_populates="deployments")


class PlatformKeySet(Base):
    """The public keys of a registration's platform as last fetched, shared by all processes.

    Times are the machine's: a cache does not follow the demo's clock.
    """

    __tablename__ = "platform_key_sets"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"), primary_key=True)
    keys: Mapped[list[Any]] = mapped_column(default=list)
    fetched_at: Mapped[datetime | None]
    fresh_until: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """Since when a process fetches; another one waits for it instead of asking too."""
    failed_at: Mapped[datetime | None]
    unknown_asked_at: Mapped[datetime | None]
    """When an unknown `kid` last made a process fetch: at most once a minute."""
