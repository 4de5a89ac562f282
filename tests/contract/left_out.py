"""Every recorded answer that a contract test leaves out, and why.

`CLIENT`: the client is never asked to read it. `SANDBOX`: the sandbox Moodle has no such state or function.
A file that is neither replayed nor named here fails the tests; so does a name here that is replayed.
"""

_LTI = "LTI 1.3: the client speaks to the web services alone"

CLIENT: dict[str, str] = {
    "lti_ags_create": _LTI,
    "lti_ags_lineitems": _LTI,
    "lti_ags_results": _LTI,
    "lti_ags_score": _LTI,
    "lti_deep_linking_request": _LTI,
    "lti_deep_linking_response_accepted": _LTI,
    "lti_dynamic_registration": _LTI,
    "lti_launch_editing_teacher": _LTI,
    "lti_launch_manager": _LTI,
    "lti_launch_non_editing_teacher": _LTI,
    "lti_launch_site_admin": _LTI,
    "lti_launch_student": _LTI,
    "lti_launch_student_second_link": _LTI,
    "lti_login_initiation": _LTI,
    "lti_login_initiation_second_link": _LTI,
    "lti_nrps": _LTI,
    "lti_nrps_bad_token": _LTI,
    "lti_nrps_limit": _LTI,
    "lti_nrps_rlid": _LTI,
    "lti_nrps_role": _LTI,
    "lti_openid_configuration": _LTI,
    "lti_token_error_expired": _LTI,
    "lti_token_error_iss": _LTI,
    "lti_token_error_scope": _LTI,
    "lti_view_links": _LTI,
    "calendar_marker_after_edit_in_browser": "no answer: what an editor in a browser does to a description",
    "cost_100_groups": "no answer: a table of medians",
}

SANDBOX: dict[str, str] = {
    "calendar_events_category_monthly_view": "the product lists events and never asks for a month's page",
    "cost_100_groups": "no answer: a table of medians, from which the sandbox has its costs",
}
