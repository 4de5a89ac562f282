"""E. Roles of the launch."""

from __future__ import annotations

import pytest

from mmo_lti.lti.roles import SITE_ADMINISTRATOR, VOCABULARY, read_roles
from mmo_lti.services.launch import LaunchRoles

MEMBERSHIP = VOCABULARY + "membership"


LEARNER, STAFF, NOTHING = LaunchRoles(learner=True), LaunchRoles(course_staff=True), LaunchRoles()


@pytest.mark.parametrize(
    ("roles", "meaning"),
    [
        ([f"{MEMBERSHIP}#Learner"], LEARNER),
        ([f"{MEMBERSHIP}#Instructor"], STAFF),
        ([f"{MEMBERSHIP}#ContentDeveloper"], STAFF),
        (["Learner"], LEARNER),
        (["Instructor"], STAFF),
        (["urn:lti:role:ims/lis/Instructor"], STAFF),
        (["urn:lti:role:ims/lis/Learner/GuestLearner"], LEARNER),
        ([f"{MEMBERSHIP}/Instructor#TeachingAssistant"], STAFF),
        ([f"{MEMBERSHIP}/Learner#GuestLearner"], LEARNER),
        ([f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"], LaunchRoles(learner=True, course_staff=True)),
        (["urn:unknown:role", f"{MEMBERSHIP}#Learner", ""], LEARNER),
        (["urn:unknown:role"], NOTHING),
        ([f"{MEMBERSHIP}#Mentor"], NOTHING),
    ],
    ids=lambda value: str(value)[:30],
)
def test_lti_054_roles(roles, meaning):
    assert read_roles(roles) == meaning


@pytest.mark.parametrize(
    "role",
    [
        f"{MEMBERSHIP}#Instructor ",
        f" {MEMBERSHIP}#Instructor",
        f"{MEMBERSHIP}#InstructorX",
        f"{MEMBERSHIP}#instructor",
        "http://evil/membership#Instructor",
        f"{VOCABULARY}institution/person#Instructor",
        f"{VOCABULARY}institution/person#Administrator",
        f"{VOCABULARY}person#Administrator",
        f"{MEMBERSHIP}/Instructor",
        f"{MEMBERSHIP}/Instructor#",
        f"{MEMBERSHIP}/Instructor#x y",
        "https://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
        "urn:lti:role:ims/lis/Instructor/",
        "Instructor#",
        SITE_ADMINISTRATOR + "\n",
        SITE_ADMINISTRATOR.upper(),
    ],
)
def test_lti_055_look_alikes_give_nothing(role):
    assert read_roles([role]) == NOTHING
