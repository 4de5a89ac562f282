"""Names of claims, messages and scopes of LTI 1.3 and its services."""

from __future__ import annotations

from mmo_lti.models import course_service

_LTI = "https://purl.imsglobal.org/spec/lti/claim/"
VERSION = _LTI + "version"
MESSAGE_TYPE = _LTI + "message_type"
DEPLOYMENT_ID = _LTI + "deployment_id"
TARGET_LINK_URI = _LTI + "target_link_uri"
RESOURCE_LINK = _LTI + "resource_link"
ROLES = _LTI + "roles"
CONTEXT = _LTI + "context"
CUSTOM = _LTI + "custom"
LIS = _LTI + "lis"
LAUNCH_PRESENTATION = _LTI + "launch_presentation"

RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
DEEP_LINKING_RESPONSE = "LtiDeepLinkingResponse"

_DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
DEEP_LINKING_SETTINGS = _DEEP_LINKING + "deep_linking_settings"
CONTENT_ITEMS = _DEEP_LINKING + "content_items"
DEEP_LINKING_DATA = _DEEP_LINKING + "data"
DEEP_LINKING_MSG = _DEEP_LINKING + "msg"

NAMES_AND_ROLES = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
MEMBERSHIP_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
LINEITEM_SCOPE = course_service.LINEITEM_SCOPE
LINEITEM_READ_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
RESULT_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE_SCOPE = course_service.SCORE_SCOPE
GRADE_SCOPES = (LINEITEM_SCOPE, LINEITEM_READ_SCOPE, RESULT_SCOPE, SCORE_SCOPE)
SCOPES = (MEMBERSHIP_SCOPE, LINEITEM_SCOPE, RESULT_SCOPE, SCORE_SCOPE)

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"

GROUPS_PARAMETER = "groups"
SOURCEDID_PARAMETER = "sourcedid"
PAGE_PARAMETER = "page"
CUSTOM_PARAMETERS = {
    GROUPS_PARAMETER: "$Moodle.Person.userGroupIds",
    SOURCEDID_PARAMETER: "$Person.sourcedId",
}
"""What we ask the platform to put into every launch."""
