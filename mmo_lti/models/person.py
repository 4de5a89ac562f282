"""People of a centre: official names are ours, accounts are Moodle's."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mmo_lti.models.base import Base, Named
from mmo_lti.models.organisation import Organisation


class Person(Base):
    """A teacher, leader, coordinator or director with the official name and post that they confirmed."""

    __tablename__ = "persons"
    __table_args__ = (Index(None, "centre_id", "sort_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    last: Mapped[str] = mapped_column(String(150), default="")
    first: Mapped[str] = mapped_column(String(150), default="")
    patronymic: Mapped[str] = mapped_column(String(150), default="")
    sort_key: Mapped[str] = mapped_column(String(450), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    young: Mapped[bool] = mapped_column(default=False)
    """Less than `young_years` of service: yes or no, never a date."""
    confirmed_at: Mapped[datetime | None]
    joined_into_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """The same human under another account, whom the coordinator joined this one to; reversible."""
    created_at: Mapped[datetime]

    posts: Mapped[list[Post]] = relationship(back_populates="person", order_by="Post.id")


class AccountStanding(StrEnum):
    """Whether anybody can sign in to Moodle with an account, as Moodle told last."""

    OPEN = "open"
    SUSPENDED = "suspended"
    DELETED = "deleted"


class Account(Base):
    """A Moodle account that launched the tool or stands in a roster: (`iss` of the centre, `sub`)."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("centre_id", "sub"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    sub: Mapped[str] = mapped_column(String(255))
    """The `sub` claim, in Moodle the user id of the web services."""
    name: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    locale: Mapped[str] = mapped_column(String(20), default="")
    disabled: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[AccountStanding] = mapped_column(Named(AccountStanding), default=AccountStanding.OPEN)
    """Suspended or deleted at site level: no list of a course shows that, only a reading of the account."""
    read_at: Mapped[datetime | None]
    """When the sweep asked Moodle about it last, whether or not it was told anything."""
    last_launch_at: Mapped[datetime | None]
    came_by: Mapped[str] = mapped_column(String(255), default="")
    """The activity by which the person came last, of the connected course `came_from_id`: their way back."""
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    joined_from_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    """Whose it was before a coordinator joined two accounts."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Post(Base):
    """Where a person works: one or more organisations of the city, one of them the main one (R4)."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    main: Mapped[bool] = mapped_column(default=True)

    person: Mapped[Person] = relationship(back_populates="posts")
    organisation: Mapped[Organisation] = relationship()
