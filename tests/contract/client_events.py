"""What the recorded calendar answers mean."""

# Course, group, account, type, start; and whether the calendar listed all groups.
EventFacts = dict[int, tuple[int, int, int, str, int]]
EVENTS: dict[str, tuple[EventFacts, bool]] = {
    "calendar_create_group_of_other_course_read": ({52: (2, 4, 34, "group", 1798000100)}, True),
    "calendar_create_repeats_read": (
        {
            60: (2, 3, 34, "group", 1798000500),
            26: (2, 3, 34, "group", 1798259200),
            61: (2, 3, 34, "group", 1798605300),
            62: (2, 3, 34, "group", 1799210100),
        },
        True,
    ),
    "calendar_delete_one_missing_read": (
        {63: (2, 3, 34, "group", 1798000900), 64: (2, 3, 34, "group", 1798000900)},
        True,
    ),
    "calendar_delete_repeat_0_read": (
        {61: (2, 3, 34, "group", 1798605300), 62: (2, 3, 34, "group", 1799210100)},
        True,
    ),
    "calendar_delete_repeat_1_read": ({}, True),
    "calendar_events_category_by_ids": (
        {
            24: (2, 1, 34, "group", 1798086400),
            25: (2, 2, 34, "group", 1798172800),
            26: (2, 3, 34, "group", 1798259200),
            27: (2, 0, 34, "course", 1798000000),
        },
        True,
    ),
    "calendar_events_category_courses_and_groups": ({27: (2, 0, 34, "course", 1798000000)}, False),
    "calendar_events_category_courses_and_groups_userevents": ({27: (2, 0, 34, "course", 1798000000)}, False),
    "calendar_events_category_groups_only": ({}, False),
    "calendar_events_no_window": (
        {
            108: (2, 3, 34, "group", 1700000000),
            63: (2, 3, 34, "group", 1798000900),
            64: (2, 3, 34, "group", 1798000900),
            26: (2, 3, 34, "group", 1798259200),
            107: (2, 3, 34, "group", 1806640000),
        },
        True,
    ),
    "calendar_events_system_courses_and_groups": ({27: (2, 0, 34, "course", 1798000000)}, True),
    "calendar_events_system_courses_and_groups_userevents": (
        {
            27: (2, 0, 34, "course", 1798000000),
            24: (2, 1, 34, "group", 1798086400),
            25: (2, 2, 34, "group", 1798172800),
            26: (2, 3, 34, "group", 1798259200),
        },
        True,
    ),
    "calendar_events_system_courses_only": ({27: (2, 0, 34, "course", 1798000000)}, True),
    "calendar_events_system_groups_only": (
        {
            24: (2, 1, 34, "group", 1798086400),
            25: (2, 2, 34, "group", 1798172800),
            26: (2, 3, 34, "group", 1798259200),
        },
        True,
    ),
    "calendar_events_system_groups_siteevents": ({}, True),
    "calendar_events_system_groups_userevents": ({}, True),
    "calendar_events_window_from_inside": ({107: (2, 3, 34, "group", 1806640000)}, True),
    "calendar_get_by_course_and_group": (
        {
            1: (2, 0, 37, "course", 1795553281),
            3: (2, 0, 37, "course", 1795553281),
            5: (2, 0, 37, "course", 1795553281),
            7: (2, 0, 37, "course", 1795553281),
            9: (2, 0, 37, "course", 1795553281),
            11: (2, 0, 37, "course", 1795553281),
            13: (2, 0, 37, "course", 1795553281),
            15: (2, 0, 37, "course", 1795553281),
            17: (2, 0, 37, "course", 1795553281),
            19: (2, 0, 37, "course", 1795553281),
            21: (2, 0, 37, "course", 1795553281),
            23: (2, 0, 37, "course", 1795553281),
            25: (2, 0, 37, "course", 1795553281),
            27: (2, 0, 37, "course", 1795553281),
            29: (2, 0, 37, "course", 1795553281),
            31: (2, 0, 37, "course", 1795553281),
            33: (2, 0, 37, "course", 1795553281),
            35: (2, 0, 37, "course", 1795553281),
            37: (2, 0, 37, "course", 1795553281),
            39: (2, 0, 37, "course", 1795553281),
            41: (2, 0, 37, "course", 1795553281),
            43: (2, 0, 37, "course", 1795553281),
            45: (2, 0, 37, "course", 1795553281),
            47: (2, 0, 37, "course", 1795553281),
            49: (2, 0, 37, "course", 1795553281),
            51: (2, 0, 37, "course", 1795553281),
        },
        False,
    ),
    "calendar_get_by_ids": ({53: (2, 1, 37, "group", 1795554600)}, True),
    "life_course_copied_calendar_events": (
        {104: (19, 136, 34, "group", 1798086400), 105: (19, 135, 34, "group", 1798172800)},
        True,
    ),
    "life_course_deleted_calendar_events": ({}, True),
    "life_course_hidden_calendar_events": (
        {29: (11, 22, 34, "group", 1798086400), 30: (11, 21, 34, "group", 1798172800)},
        True,
    ),
    "life_course_reset_groups_calendar_events": ({}, True),
    "life_event_copied_by_hand_calendar_events": (
        {
            48: (17, 35, 34, "group", 1798777600),
            49: (17, 34, 34, "group", 1798172800),
            51: (17, 34, 33, "group", 1798777600),
        },
        True,
    ),
    "life_event_deleted_by_hand_by_eventids": ({48: (17, 35, 34, "group", 1798777600)}, True),
    "life_event_deleted_by_hand_calendar_events": (
        {48: (17, 35, 34, "group", 1798777600), 51: (17, 34, 33, "group", 1798777600)},
        True,
    ),
    "life_event_moved_by_drag_calendar_events": (
        {48: (17, 35, 34, "group", 1798777600), 49: (17, 34, 34, "group", 1798172800)},
        True,
    ),
    "life_event_type_changed_by_hand_by_eventids": ({48: (17, 0, 34, "course", 1798000005)}, True),
    "life_event_type_changed_by_hand_calendar_events": ({51: (17, 34, 33, "group", 1798777600)}, True),
    "life_events_before_calendar_events": (
        {48: (17, 35, 34, "group", 1798086400), 49: (17, 34, 34, "group", 1798172800)},
        True,
    ),
    "life_group_deleted_calendar_events": ({46: (16, 32, 34, "group", 1798172800)}, True),
}

MARKERS: dict[str, dict[int, set[str]]] = {
    "calendar_create_repeats_read": {60: {"r"}, 26: {"3"}, 61: {"r"}, 62: {"r"}},
    "calendar_delete_repeat_0_read": {61: {"r"}, 62: {"r"}},
    "calendar_events_category_by_ids": {24: {"1"}, 25: {"2"}, 26: {"3"}},
    "calendar_events_no_window": {26: {"3"}},
    "calendar_events_system_courses_and_groups_userevents": {24: {"1"}, 25: {"2"}, 26: {"3"}},
    "calendar_events_system_groups_only": {24: {"1"}, 25: {"2"}, 26: {"3"}},
    "life_course_copied_calendar_events": {104: {"mmo-copy-1"}, 105: {"mmo-copy-2"}},
    "life_course_hidden_calendar_events": {29: {"mmo-k1-1"}, 30: {"mmo-k1-2"}},
    "life_event_copied_by_hand_calendar_events": {48: {"mmo-k7-1"}, 49: {"mmo-k7-2"}, 51: {"mmo-k7-2"}},
    "life_event_deleted_by_hand_by_eventids": {48: {"mmo-k7-1"}},
    "life_event_deleted_by_hand_calendar_events": {48: {"mmo-k7-1"}, 51: {"mmo-k7-2"}},
    "life_event_moved_by_drag_calendar_events": {48: {"mmo-k7-1"}, 49: {"mmo-k7-2"}},
    "life_event_type_changed_by_hand_calendar_events": {51: {"mmo-k7-2"}},
    "life_events_before_calendar_events": {48: {"mmo-k7-1"}, 49: {"mmo-k7-2"}},
    "life_group_deleted_calendar_events": {46: {"mmo-k6-2"}},
}

# Start of the event, None where the form came back.
FORMS: dict[str, int | None] = {
    "calendar_form_bad_hour": 1796412600,
    "calendar_form_create_new": 1796448600,
    "calendar_form_group_other_course": None,
    "calendar_form_impossible_date": 1772515800,
    "calendar_form_missing_group": None,
    "calendar_form_no_name": None,
    "calendar_form_timezone_forced": 1796459400,
    "calendar_form_timezone_site": 1796448600,
    "calendar_form_timezone_vladivostok": 1796430600,
    "calendar_form_to_other_group": 1796448600,
    "calendar_form_until": 1796448600,
    "calendar_update_by_form": None,
    "calendar_update_by_form_ok": 1796448600,
}

# Ids of the events made; none where a warning came instead.
MADE_EVENTS: dict[str, list[int]] = {
    "calendar_create_category_role_missing_group": [],
    "calendar_create_course_event_without_course": [54],
    "calendar_create_default_eventtype": [55],
    "calendar_create_error_eventtype": [],
    "calendar_create_error_partial_batch": [54],
    "calendar_create_group_event": [53],
    "calendar_create_group_of_other_course": [52],
    "calendar_create_group_without_course": [53],
    "calendar_create_long_name": [56],
    "calendar_create_repeats": [60, 61, 62],
    "calendar_create_system_role_missing_group": [28],
    "life_group_deleted_create_event": [41],
}
