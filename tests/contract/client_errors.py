"""Which typed error each recorded refusal becomes."""

from moodle_sync import errors

ERRORS: dict[type[errors.MoodleError], list[str]] = {
    errors.DataFolderGone: [
        "conn_dataroot_missing",
    ],
    errors.RequestTooBig: [
        "conn_format_missing",
        "conn_format_missing_bad_token",
        "conn_json_body",
        "limits_max_input_vars_add_members",
        "limits_post_max_size",
        "limits_post_max_size_batch",
    ],
    errors.HttpsWanted: [
        "conn_http_but_site_says_https",
    ],
    errors.MaintenancePage: [
        "conn_maintenance_cli",
    ],
    errors.MaintenanceBegins: [
        "conn_maintenance_cli_late",
    ],
    errors.OtherHost: [
        "conn_other_host_name",
    ],
    errors.PathWrong: [
        "conn_path_missing_folder",
        "conn_path_wrong",
    ],
    errors.PageInstead: [
        "conn_path_site_root",
    ],
    errors.ServerFault: [
        "conn_php_fatal",
    ],
    errors.WebServicesOff: [
        "conn_rest_protocol_disabled",
        "conn_web_services_disabled",
    ],
    errors.Unreachable: [
        "conn_web_server_down",
    ],
    errors.RecordMissing: [
        "add_members_error_missing_group",
        "calendar_delete_missing",
        "calendar_delete_one_missing",
        "course_contents_missing_course",
        "course_module_by_cmid_deleted",
        "course_module_by_cmid_missing",
        "course_module_by_instance_missing",
        "enrolled_with_capability_error_missing_course",
        "error_unknown_function",
        "group_members_missing_group",
        "groupings_assign_error_missing_group",
        "groupings_assign_error_missing_grouping",
        "groupings_create_error_missing_course",
        "groupings_get_error_missing",
        "groupings_of_course_missing_course",
        "groupings_unassign_error_missing_grouping",
        "life_course_deleted_enrolled_users",
        "life_course_deleted_group_members",
        "life_course_reset_groups_group_members",
        "life_event_deleted_by_hand_start_day",
        "life_event_deleted_by_hand_update_by_form",
        "life_group_deleted_add_member",
        "life_group_deleted_calendar_delete_event",
        "life_group_deleted_group_members",
        "unenrol_users_error_missing_course",
    ],
    errors.PersonMissing: [
        "add_members_error_missing_user",
        "enrol_users_error_missing_user",
        "unenrol_users_error_missing_user",
        "users_add_deleted_to_group",
        "users_enrol_deleted",
        "users_remove_deleted_from_group",
    ],
    errors.ParameterRefused: [
        "add_members_error_not_enrolled",
        "batch_empty",
        "conn_function_missing",
        "create_groups_error_batch_is_atomic",
        "create_groups_error_duplicate_name",
        "enrol_users_error_missing_course",
        "enrolled_with_capability_error_unknown",
        "error_invalid_parameter",
        "error_missing_parameter",
        "group_members_no_ids",
        "groupings_create_error_batch",
        "groupings_create_error_duplicate_name",
        "groupings_create_error_no_description",
        "groupings_update_error_missing",
        "groupings_update_error_taken_name",
        "limits_max_input_vars_cut_inside_a_row",
        "limits_post_max_size_token_in_url",
        "update_groups_missing",
        "users_by_username_error_uppercase",
    ],
    errors.WriteFailed: [
        "calendar_form_no_description",
    ],
    errors.AccountNoLogin: [
        "conn_account_auth_nologin",
    ],
    errors.AccessRefused: [
        "conn_account_authorised_other_ip",
        "conn_account_authorised_valid_until_tomorrow",
        "conn_account_not_authorised",
        "conn_no_rest_use",
        "conn_role_taken_away",
        "conn_service_disabled",
        "conn_service_required_capability",
        "conn_token_expired",
        "conn_token_other_ip",
        "error_function_not_in_service",
    ],
    errors.AccountDeleted: [
        "conn_account_deleted",
    ],
    errors.AccountUnconfirmed: [
        "conn_account_not_confirmed",
    ],
    errors.AccountSuspended: [
        "conn_account_suspended",
    ],
    errors.DatabaseDown: [
        "conn_database_down",
    ],
    errors.SiteMaintenance: [
        "conn_maintenance_normal",
    ],
    errors.PasswordExpired: [
        "conn_must_change_password",
    ],
    errors.TokenInvalid: [
        "conn_no_token",
        "conn_token_expired_second_call",
        "error_bad_token",
    ],
    errors.ProfileIncomplete: [
        "conn_password_expired_profile_incomplete",
    ],
    errors.PolicyNotAccepted: [
        "conn_site_policy_not_accepted",
    ],
    errors.UpgradeRunning: [
        "conn_upgrade_running",
    ],
    errors.CourseHidden: [
        "course_contents_only_lti_hidden_course",
        "course_groups_no_course_view",
        "groupings_of_course_no_course_view",
        "life_course_hidden_course_groups",
        "life_course_hidden_create_group",
        "life_course_hidden_enrolled_users",
        "life_course_hidden_group_members",
    ],
    errors.CourseMissing: [
        "course_groups_missing_course",
        "life_course_deleted_course_groups",
        "life_course_deleted_create_group",
    ],
    errors.ActivityUnavailable: [
        "course_module_by_cmid_hidden_activity",
        "course_module_by_cmid_hidden_course",
        "course_module_by_cmid_no_lti_view",
        "course_module_by_instance_hidden_activity",
        "course_module_by_instance_hidden_course",
        "course_module_by_instance_no_lti_view",
    ],
    errors.IdNumberTaken: [
        "create_groups_error_duplicate_idnumber",
        "groupings_create_error_duplicate_idnumber",
        "groupings_update_error_taken_idnumber",
        "life_group_idnumber_taken_over_update",
    ],
    errors.RoleNotAssignable: [
        "enrol_users_error_missing_role",
        "enrol_users_error_no_role_assign",
        "enrol_users_error_role_not_assignable",
    ],
    errors.ManualEnrolmentOff: [
        "enrol_users_error_no_manual_instance",
        "enrol_users_manual_enrolment_disabled",
    ],
    errors.PermissionMissing: [
        "enrol_users_no_capability",
        "enrolled_with_capability_no_role_review",
        "groupings_create_no_managegroups",
        "groupings_of_course_no_managegroups",
        "life_course_deleted_calendar_by_id",
        "life_course_reset_events_get_event_by_id",
        "life_event_deleted_by_hand_get_by_id",
        "life_group_deleted_event_by_id",
        "messages_no_sendmessage_at_all",
        "unenrol_users_no_capability",
    ],
    errors.MixedMessages: [
        "messages_deleted_user",
        "messages_missing_user_default_format",
        "messages_missing_user_html",
        "messages_one_fails",
        "messages_one_too_long",
    ],
    errors.MessagingOff: [
        "messages_site_messaging_off",
    ],
    errors.CallRefused: [
        "users_by_field_error_bad_field",
        "users_search_same_key_twice",
    ],
}

# Batches in which one call fails: its error.
BATCH_ERRORS: dict[str, type[errors.MoodleError]] = {
    "batch_error_arguments_not_json": errors.ParameterRefused,
    "batch_error_function_not_in_service": errors.AccessRefused,
    "batch_error_unknown_function": errors.AccessRefused,
    "batch_external_functions": errors.RecordMissing,
    "batch_stops_at_first_error": errors.RecordMissing,
    "batch_writes_before_the_error_stay": errors.RecordMissing,
    "conn_site_policy_not_accepted_batch": errors.PolicyNotAccepted,
    "life_course_deleted_batch": errors.CourseMissing,
    "life_course_hidden_batch": errors.CourseHidden,
    "life_course_reset_groups_batch": errors.RecordMissing,
    "life_group_deleted_batch": errors.RecordMissing,
}
