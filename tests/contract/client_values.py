"""What the recorded values mean: groups, people, messages. Events stand in `client_events.py`."""

from tests.contract.client_events import EVENTS, FORMS, MADE_EVENTS

# Written or deleted, also when there was nothing to do.
NOTHING = [
    "add_members",
    "add_members_again_idempotent",
    "calendar_delete",
    "calendar_delete_repeat_0",
    "calendar_delete_repeat_1",
    "delete_groups",
    "delete_groups_missing",
    "delete_members",
    "delete_members_again_idempotent",
    "enrol_users",
    "enrol_users_again",
    "enrol_users_again_lifts_suspension",
    "enrol_users_again_without_timeend",
    "enrol_users_reenrol",
    "enrol_users_suspend",
    "enrol_users_suspend_lifted",
    "enrol_users_timeend_past",
    "groupings_assign",
    "groupings_assign_again_idempotent",
    "groupings_assign_group_of_other_course",
    "groupings_delete",
    "groupings_delete_missing",
    "groupings_unassign",
    "groupings_unassign_again",
    "groupings_update",
    "groupings_update_without_idnumber",
    "limits_max_input_vars_silent_truncation",
    "unenrol_users",
    "unenrol_users_again",
    "unenrol_users_methodist",
    "unenrol_users_never_enrolled",
    "unenrol_users_with_other_role",
    "update_groups",
    "users_add_suspended_to_group",
    "users_enrol_suspended",
]

GROUPS: dict[str, dict[int, str]] = {
    "batch_writes_before_the_error_stay_groups": {4: "x-1", 14: "b-1"},
    "conn_upgrade_pending_groups": {3: "mmo-03", 2: "mmo-02", 1: "mmo-01"},
    "course_groups": {3: "MMO-INF", 1: "MMO-MATH", 2: "MMO-RUS"},
    "course_groups_after_failed_batch": {3: "MMO-INF", 1: "MMO-MATH", 2: "MMO-RUS", 30: "mmo:0001"},
    "groupings_groups_after_delete": {3: "mmo-03", 2: "mmo-02", 1: "mmo-01"},
    "life_course_copied_course_groups": {135: "mmo-02", 136: "mmo-05"},
    "life_course_copied_original_groups": {133: "mmo-02", 134: "mmo-05"},
    "life_group_deleted_course_groups": {32: "mmo-02"},
    "conn_get_request": {3: "mmo-03", 2: "mmo-02", 1: "mmo-01"},
}

# Of the hundred groups three.
MEMBERS: dict[str, dict[int, set[int]]] = {
    "enrol_group_members_before_unenrol": {2: {35, 4, 36, 7, 10, 13, 16, 19, 22, 25, 28, 31}},
    "enrol_users_reenrol_group_members": {2: {4, 36, 7, 10, 13, 16, 19, 22, 25, 28, 31}},
    "enrol_users_timeend_past_group_members": {2: {35, 4, 36, 7, 10, 13, 16, 19, 22, 25, 28, 31}},
    "group_members": {
        1: {3, 6, 9, 12, 15, 18, 21, 24, 27, 30},
        2: {3, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31},
        3: {32, 5, 8, 11, 14, 17, 20, 23, 26, 29},
    },
    "group_members_100_groups": {
        1: {3, 6, 9, 12, 15, 18, 21, 24, 27, 30},
        2: {4, 7, 41, 10, 43, 13, 16, 19, 22, 25, 28, 31},
        38: {3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22},
    },
    "group_members_manual_enrolment_disabled": {2: {4, 7, 10, 13, 16, 19, 22, 25, 28, 31}},
    "group_members_same_id_twice": {1: {3, 6, 9, 12, 15, 18, 21, 24, 27, 30}},
    "life_course_copied_group_members": {135: {3, 4}, 136: {5}},
    "unenrol_users_group_members_after": {2: {4, 36, 7, 10, 13, 16, 19, 22, 25, 28, 31}},
    "users_group_members_after_site_suspend_and_delete": {2: {4, 7, 41, 10, 43, 13, 16, 19, 22, 25, 28, 31}},
    "users_group_members_before": {2: {4, 7, 41, 10, 42, 43, 13, 16, 19, 22, 25, 28, 31}},
}

ENROLLED: dict[str, set[int]] = {
    "enrol_users_after_failed_batch": {*range(3, 34), 35, 36},
    "enrol_users_again_lifts_suspension_listed": set(),
    "enrol_users_again_without_timeend_onlysuspended": set(),
    "enrol_users_suspend_lifted_listed": set(),
    "enrol_users_suspend_listed": {35},
    "enrol_users_timeend_past_onlyactive": {*range(3, 34), 35},
    "enrol_users_timeend_past_onlysuspended": {36},
    "enrolled_users": {*range(3, 33), 35},
    "enrolled_users_group_page": {3, 6, 9},
    "enrolled_users_manual_enrolment_disabled": set(),
    "enrolled_users_onlyactive": {*range(3, 33)},
    "enrolled_users_onlysuspended": {35},
    "life_course_copied_enrolled_users": {3, 4, 5, 6, 33},
    "life_course_reset_groups_enrolled_users": {3, 4, 5, 6, 33},
    "users_enrolled_after_site_suspend_and_delete": {3, 41, 43},
    "users_enrolled_after_site_suspend_onlyactive": {3, 41, 43},
    "users_enrolled_after_site_suspend_onlysuspended": set(),
}

GROUPINGS: dict[str, dict[int, str]] = {
    "groupings_of_course": {1: "gg-mmo", 2: "gg-tvg"},
    "groupings_of_course_after_update_without_idnumber": {1: "gg-mmo", 2: "gg-tvg"},
}

# E-mail as the tool keeps it (a deleted person has none), suspended at site level.
PEOPLE: dict[str, dict[int, tuple[str, bool]]] = {
    "calendar_form_timezone_forced_users_by_field": {34: ("", None)},
    "calendar_form_timezone_vladivostok_users_by_field": {34: ("mmo-service@school.example", False)},
    "users_by_email_duplicate": {3: ("teacher01@school.example", False)},
    "users_by_email_no_viewalldetails": {3: ("teacher01@school.example", False)},
    "users_by_email_states": {
        3: ("teacher01@school.example", False),
        4: ("teacher02@school.example", False),
        41: ("u_susp@school.example", True),
    },
    "users_by_id": {5: ("teacher03@school.example", False)},
    "users_by_id_no_viewalldetails": {3: ("teacher01@school.example", False)},
    "users_by_id_no_viewalldetails_no_viewuseridentity": {3: ("", False)},
    "users_by_id_no_viewdetails": {},
    "users_by_id_no_viewdetails_no_viewalldetails": {},
    "users_by_id_no_viewuseridentity": {3: ("", False)},
    "users_by_id_states": {
        3: ("teacher01@school.example", False),
        41: ("u_susp@school.example", True),
        42: ("", False),
        43: ("u_noconf@school.example", False),
    },
    "users_by_idnumber_empty": {},
    "users_by_idnumber_no_viewalldetails": {},
    "users_by_idnumber_states": {3: ("teacher01@school.example", False), 41: ("u_susp@school.example", True)},
    "users_by_username_no_viewalldetails": {},
    "users_by_username_states": {3: ("teacher01@school.example", False), 41: ("u_susp@school.example", True)},
}

# Message ids, -1 where the recipient was refused.
MESSAGES: dict[str, list[int]] = {
    "message_send": [-1, -1],
    "message_send_with_messageanyuser": [1],
    "messages_deleted_user_alone": [-1],
    "messages_empty_text": [17],
    "messages_format_html": [12],
    "messages_format_markdown": [15],
    "messages_format_moodle": [13],
    "messages_format_plain": [14],
    "messages_length_cyrillic_2048": [27],
    "messages_length_cyrillic_2049": [-1],
    "messages_length_cyrillic_5000": [-1],
    "messages_length_latin_4096": [28],
    "messages_length_latin_4097": [-1],
    "messages_no_sendmessage": [11],
    "messages_preferences": [8, 9, 10],
    "messages_preferences_no_messageanyuser": [-1, -1, -1, -1],
    "messages_same_again": [18, 19],
    "messages_states": [1, 2, 3, 4],
    "messages_to_self": [20],
}

# The service account.
SITES: dict[str, int] = {
    "conn_account_auth_disabled": 34,
    "conn_account_authorised": 34,
    "conn_account_authorised_expired": 34,
    "conn_must_change_password_site_info": 34,
    "conn_site_policy_not_accepted_site_info": 34,
    "conn_upgrade_pending": 34,
    "site_info": 37,
    "site_info_health": 34,
    "conn_http_behind_ssl_proxy": 34,
}

BATCHES = [
    "batch_warnings_are_not_errors",
    "life_before_batch",
    "life_course_hidden_with_viewhiddencourses_batch",
    "life_course_reset_events_batch",
    "life_course_reset_members_batch",
    "life_course_reset_unenrol_batch",
    "life_group_idnumber_taken_over_batch",
    "life_group_renamed_batch",
    "limits_max_input_vars_batch",
    "messages_one_per_batch_item",
]

COURSES: dict[str, list[int]] = {
    "course_by_shortname": [2],
    "life_course_copied_courses_by_field": [19],
    "life_course_deleted_by_shortname": [],
    "life_course_deleted_courses_by_field": [],
    "life_course_hidden_courses_by_field": [],
}

# Functions that the product does not call, or whose value is an id alone: they come through as they are.
AS_THEY_ARE = [
    "calendar_events_category_monthly_view",
    "calendar_get_event_by_id",
    "calendar_update_start_day",
    "course_contents_only_lti",
    "course_contents_only_lti_hidden_activity",
    "course_contents_only_lti_no_lti_view",
    "course_module_by_cmid",
    "course_module_by_instance",
    "create_groups",
    "enrolled_with_capability",
    "enrolled_with_capability_onlyactive",
    "enrolled_with_capability_two_courses",
    "groupings_create",
    "groupings_get_with_groups",
    "groupings_get_without_groups",
    "groups_by_id",
    "ltis_by_courses",
    "ltis_by_courses_after_delete",
    "ltis_by_courses_hidden_activity",
    "ltis_by_courses_hidden_course",
    "ltis_by_courses_missing_course",
    "ltis_by_courses_no_lti_view",
    "ltis_by_courses_none_given",
    "users_search_error_bad_key",
    "users_search_idnumber",
    "users_search_lastname",
    "users_search_lastname_exact",
    "users_search_lastname_lowercase",
    "users_search_no_viewalldetails",
    "users_search_no_viewdetails_no_viewalldetails",
    "users_search_states",
    "users_search_two_criteria",
]

ALL_VALUES = [
    *GROUPS,
    *MEMBERS,
    *ENROLLED,
    *EVENTS,
    *GROUPINGS,
    *PEOPLE,
    *FORMS,
    *MADE_EVENTS,
    *MESSAGES,
    *SITES,
    *BATCHES,
    *COURSES,
    *AS_THEY_ARE,
]
