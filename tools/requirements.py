"""What is asked of a shop's continuity, by what it is met, who uses that, and which test takes it away."""

from __future__ import annotations

from typing import Final, NamedTuple

from tools.examples import ROOT

GOLDEN: Final = ROOT / "tests" / "golden"


class Requirement(NamedTuple):
    """One requirement."""

    id: str
    what: str
    means: tuple[str, ...]
    """Components by ``package:Class``, or keys of the page in backquotes."""
    tests: tuple[str, ...]
    """``path::name`` of a test, or ``path: what`` of a property that a knock-out takes away."""
    lacks: str = ""
    """What of it is not met yet."""


_AWS: Final = "tests/continuity/knockouts/properties.py"
_GCP: Final = "tests/continuity/knockouts/properties_gcp.py"
_KUBERNETES: Final = "tests/continuity/knockouts/properties_kubernetes.py"
_BUILDINGS: Final = "tests/continuity/knockouts/properties_buildings.py"
_VENDORS: Final = "tests/continuity/knockouts/properties_vendors.py"
REQUIREMENTS: Final = (
    Requirement(
        "R4",
        "Faults, configuration, accounting, performance and security are managed for every tier",
        (
            "aws:OutageAlarms",
            "aws:AlarmTopic",
            "aws:Watch",
            "aws:AuditTrail",
            "aws:AlarmMutes",
            "aws:AccessLogs",
            "gcp:OutageAlerts",
            "gcp:Alerts",
            "gcp:Watch",
            "gcp:LogArchive",
            "kubernetes:Ingress",
        ),
        (
            "tests/report/test_fcaps.py::test_an_alarm_counts_where_somebody_is_told",
            "tests/report/test_fcaps.py::test_what_is_missing_of_a_tier_is_a_finding_until_it_is_there",
            "tests/report/test_fcaps.py::test_a_budget_fills_the_cells_that_lack_one",
            "tests/aws/test_alarms.py::test_a_budget_tells_who_gets_mail_before_and_once_it_is_spent",
            "tests/report/test_fcaps.py::test_where_nobody_is_told_a_samples_alarms_fill_no_cell",
            "tests/gcp/test_watch.py::test_what_it_is_made_of_and_whom_it_tells",
            "tests/gcp/test_logs.py::test_what_goes_with_the_project_or_can_be_shortened_fills_no_cell",
            "tests/kubernetes/test_alerts.py::test_who_sees_nothing_says_so",
            "tests/report/test_fcaps.py::test_what_fills_a_cell_is_missed_where_it_is_taken_away",
            "tests/report/test_fcaps.py::test_what_alone_meets_a_need_of_a_sample_is_missed",
            "tests/report/test_fcaps.py::test_without_what_tells_of_errors_a_promise_is_watched_by_nobody",
            "tests/report/test_fcaps.py::test_what_a_sample_states_no_more_is_missed",
            "tests/report/test_fcaps.py::test_an_alarm_that_is_muted_beyond_planned_work_is_none",
            "tests/continuity/readings/test_mutes.py"
            "::test_an_alert_whose_route_is_muted_beyond_planned_work_tells_nobody",
            "tests/continuity/readings/test_covered.py::test_an_alarm_is_of_its_region_and_a_trail_of_its_account",
            f"{_AWS}: alarm where the log arrives that is heard",
            f"{_AWS}: mailbox of those whom alarms tell",
            "tests/report/test_fcaps.py::test_without_those_who_hear_them_a_samples_alarms_fill_no_cell",
            "tests/continuity/foreign/test_heard.py::test_an_alarm_is_heard_where_its_topic_reaches_people",
            "tests/continuity/foreign/test_automation.py"
            "::test_what_nothing_starts_on_a_failure_or_may_not_promote_leaves_it_to_a_person",
        ),
        "drift, which a scheduled pipeline checks (`ci/bcinfra-drift.sh`) and no graph shows; rows of queues and"
        " search beyond AWS, and of rooms on premises; a zone that two providers answer for, which neither can"
        " sign with the other's key; Google Cloud's budgets where a page names no billing account; at"
        " Google Cloud, whose `Snooze` comes once, nothing is muted in a weekly window of planned work; the"
        " audit log of a cluster that its owner brings: `bcinfra assess` (BC0049) and `bcinfra explain fcaps`"
        " name what each cell lacks. The five customers' samples lack nothing; the `php` shops, which state"
        " less, do",
    ),
    Requirement(
        "R8",
        "Geographic load balancing, no single point of failure in any layer",
        (
            "aws:GeoDns",
            "gcp:GeoDns",
            "cloudflare:GeoDns",
            "aws:Accelerator",
            "aws:Edge",
            "aws:NameServers",
            "gcp:NameServers",
            "cloudflare:NameServers",
        ),
        (
            f"{_AWS}: answer of the standby",
            f"{_VENDORS}: site behind the accelerator",
            f"{_BUILDINGS}: direct way around the edge",
            f"{_BUILDINGS}: check through the edge",
            "tests/assembly/test_second_dns.py::test_names_are_found_without_either_provider",
            "tests/assembly/test_second_dns.py::test_checks_that_ask_either_provider_find_the_primary",
            f"{_GCP}: zone at the second DNS provider",
            f"{_GCP}: servers of both DNS providers",
            f"{_GCP}: answer of the standby at the second DNS provider",
        ),
        "a second DNS provider beside CloudFront, which the names of the mid-size shop and of the B2B front lead to: a"
        " page takes none there. Without Route 53 it would not help, which answers for CloudFront's own names; with the"
        " zone deleted it would",
    ),
    Requirement(
        "R10",
        "Calls to the call centre fail over by themselves",
        ("`contact.phone.overflow`", "aws:ContactCentre"),
        (
            "tests/continuity/foreign/test_contact.py::test_any_one_channel_that_customers_know_of_is_enough",
            "tests/continuity/foreign/test_contact.py"
            "::test_a_contact_centre_takes_calls_where_its_number_leads_to_a_flow",
            "tests/continuity/foreign/test_contact_attacks.py::test_a_contact_centre_that_takes_no_calls_is_none",
            "tests/continuity/foreign/test_contact_attacks.py::test_a_replica_takes_calls_once_a_person_shifts_them",
            "tests/aws/test_contact_centre.py::test_a_call_that_nobody_takes_goes_outside",
            "tests/continuity/knockouts/test_calls.py"
            "::test_without_what_takes_them_calls_hang_on_the_carrier_outside_alone",
        ),
        "a replica of the contact centre and the shift of its calls, which no SDK can declare: people make both",
    ),
    Requirement(
        "R11",
        "A live person or chat while the shop is down",
        ("`contact`", "aws:StaticPage", "gcp:StaticPage"),
        (
            "tests/continuity/foreign/test_contact.py"
            "::test_a_person_is_reached_while_the_vendor_is_lost_and_the_shop_with_it",
            "tests/continuity/foreign/test_contact_attacks.py::test_a_page_counts_for_what_it_shows",
            "tests/assembly/test_static_page.py::test_without_its_names_nobody_finds_the_page",
            "tests/assembly/test_static_page.py::test_a_browser_shows_a_number_with_the_shops_vendor_gone",
        ),
    ),
    Requirement(
        "R16",
        "Maintenance and upgrades without an outage",
        ("aws:MySql", "aws:FargateTier", "gcp:MySql", "kubernetes:Workload", "aws:AlarmMutes"),
        (
            f"{_AWS}: bad releases are taken back",
            f"{_AWS}: maintenance while the other site is left alone",
            f"{_AWS}: maintenance outside of the peak",
            "tests/continuity/foreign/test_upgrades.py::test_an_upgrade_beside_takes_the_switch_alone",
            "tests/continuity/foreign/test_upgrades.py::test_a_replica_of_a_cache_goes_first",
            f"{_AWS}: replicas replaced a few at a time",
            f"{_KUBERNETES}: replicas replaced a few at a time",
            "tests/continuity/foreign/test_upgrades.py::test_planned_work_that_takes_all_replicas_stops_the_shop",
        ),
        "a database at AWS with a replica in another region is upgraded in place, for RDS refuses to do it beside; how"
        " an operator on Kubernetes upgrades what it runs is not judged; that no mute is there carries no verdict, for"
        " alarms of planned work that nobody mutes are noise and no outage: one that mutes for too long does (R4)",
    ),
    Requirement(
        "R18",
        "Backups that restore: tested on a schedule",
        ("aws:Backups", "aws:VaultPilotLight", "gcp:RestoreTest", "kubernetes:MySql"),
        (
            f"{_AWS}: restore test",
            f"{_AWS}: restore in the vault that is proved",
            f"{_AWS}: subnets that wait for a restore in the vault",
            f"{_AWS}: parameters of production in the vault",
            "tests/operations/test_archive_binlogs.py"
            "::test_a_proof_restores_from_the_vault_alone_and_tells_how_much_would_be_lost",
            "tests/operations/test_archive_binlogs.py::test_a_proof_that_fails_says_so_and_leaves_nothing_behind",
            "tests/operations/test_archive_binlogs.py"
            "::test_each_database_is_proved_and_one_that_fails_is_told_of_in_the_end",
            f"{_AWS}: databases that are proved in the vault",
            "tests/aws/test_vault_pilot_light.py"
            "::test_people_are_told_of_a_restore_that_fails_is_slow_or_loses_too_much",
            f"{_GCP}: restore test",
            "tests/continuity/readings/test_gcp_odd.py::test_a_stream_is_loaded_by_a_job_that_runs_where_its_files_are",
            "tests/gcp/test_restore_rehearsal.py::test_people_are_told_of_a_test_that_is_overdue_or_slow",
            f"{_KUBERNETES}: restore test",
            "tests/kubernetes/test_data.py::test_a_backup_that_is_old_fails_the_test_and_a_job_that_fails_is_told",
            "tests/continuity/readings/test_kubernetes.py"
            "::test_binary_logs_are_tested_where_the_restore_that_a_job_mounts_replays_them",
            "tests/continuity/foreign/test_measured.py::test_a_metric_becomes_a_figure_that_is_judged",
            "tests/aws/test_backups.py::test_a_restore_test_that_is_overdue_or_slow_is_told",
            "tests/operations/test_report_restores.py"
            "::test_the_newest_of_each_resource_counts_and_the_worst_of_them_is_told",
            "tests/report/test_fcaps.py::test_a_restore_test_that_nobody_hears_of_is_named",
        ),
        "on Google Cloud and Kubernetes tests restore what the sites have; Google Cloud's change stream holds rows"
        " without their tables, which no tool of the vendor loads exactly, so that no test of it is declared, and a"
        " finding says so",
    ),
    Requirement(
        "R19",
        "Backups off-site, on another continent",
        ("aws:Backups", "aws:Buckets", "gcp:Buckets"),
        (f"{_AWS}: copies in another account",),
    ),
    Requirement(
        "R20",
        "Several distributed copies, so that a damaged or deleted file is no loss",
        ("aws:Buckets", "aws:Files"),
        (f"{_AWS}: bucket versions", f"{_AWS}: object lock"),
    ),
    Requirement(
        "R26",
        "Protection against attacks",
        ("aws:Edge", "aws:Firewall", "cloudflare:Edge", "gcp:Armor"),
        (
            f"{_AWS}: limit on requests",
            f"{_AWS}: firewall at the edge",
            f"{_AWS}: origin closed to the world",
            f"{_AWS}: other origin that is asked for what is read",
            f"{_GCP}: firewall in front",
            "tests/aws/test_firewall.py::test_a_flood_from_many_addresses_is_met_before_all_else",
            "tests/assembly/test_cloudflare_edge.py::test_sites_at_aws_take_requests_from_it_alone",
            "tests/assembly/test_cloudflare_edge.py::test_the_shop_is_there_without_it",
        ),
    ),
    Requirement(
        "R27",
        "Capacity for the big shopping days",
        ("aws:FargateTier", "aws:InstanceTier", "gcp:CloudRunTier", "kubernetes:Workload"),
        (
            f"{_AWS}: replicas that run before a peak comes",
            f"{_AWS}: room to grow",
            f"{_GCP}: replicas that run before a peak comes",
            f"{_KUBERNETES}: replicas that run before a peak comes",
            "tests/continuity/knockouts/test_peak.py::test_less_of_the_peak_is_held",
            "tests/continuity/test_peak.py::test_a_smaller_database_that_takes_over_holds_less",
            "tests/continuity/test_peak.py::test_a_balancer_that_stands_by_passes_on_what_it_keeps_ready",
            "tests/continuity/test_peak.py::test_a_balancer_that_serves_few_is_not_warm_for_all",
            "tests/continuity/test_peak.py::test_a_quota_holds_back_what_takes_over",
            "tests/continuity/test_peak.py::test_it_is_sure_of_what_runs_and_of_room_that_is_kept",
            "tests/continuity/readings/test_rooms.py::test_for_whom_room_is_kept",
            "tests/continuity/readings/test_rooms.py::test_servers_that_stand_by_prepared_serve_sooner",
            "tests/gcp/test_tiers.py::test_what_a_group_launches_is_what_room_is_kept_for",
            f"{_BUILDINGS}: room that is kept for servers",
            f"{_BUILDINGS}: servers that stand by prepared",
            "tests/continuity/foreign/test_scheduled.py::test_it_runs_from_the_day_that_is_stated",
            "tests/continuity/foreign/test_quotas.py::test_a_standby_that_must_grow_past_it_may_not_take_over",
            "tests/continuity/foreign/test_quotas.py"
            "::test_a_quota_that_is_raised_where_the_shop_serves_lets_no_standby_grow",
        ),
        "of databases those at RDS and Cloud SQL alone are counted, by vCPU, and no caches; connections are held"
        " against a load test alone, and quotas of functions against nothing; no sample reserves capacity of a"
        " balancer, as those that stand by need less than can be reserved, nor runs machines at Google Cloud with"
        " room that is kept; nobody keeps room for containers on Fargate and Cloud Run, and no forecast knows a peak"
        " that comes once a year",
    ),
    Requirement(
        "R28",
        "A routine for getting through an outage with the least damage",
        ("aws:RegionSwitch", "gcp:Failover", "aws:Edge", "cloudflare:Edge", "gcp:LoadBalancer"),
        (
            f"{_AWS}: region switch",
            f"{_AWS}: region switch asks nobody",
            "tests/operations/test_edge_modes.py::test_what_is_shown_in_each_mode",
            "tests/continuity/readings/test_modes.py::test_what_lacks_a_part_shows_nothing",
            "tests/continuity/readings/test_modes.py::test_what_lacks_a_part_shows_nothing_at_cloudflare",
            "tests/continuity/readings/test_modes.py::test_what_lacks_a_part_shows_nothing_at_google",
            "tests/report/test_runbook.py::test_without_a_switch_nothing_is_shown_and_a_page_that_is_lost_is_not",
        ),
        "no queue page at Google's load balancer: a URL map keeps no account of whom it let in",
    ),
    Requirement(
        "R29",
        "All critical data copied every 15 minutes at least, outside of the network",
        ("aws:BinlogArchive", "gcp:ChangeStream", "gcp:Archive", "aws:Buckets", "aws:StateCopy"),
        (
            f"{_AWS}: readers of the binary log",
            f"{_AWS}: second reader of the binary log",
            f"{_AWS}: alarm where the log arrives",
            f"{_AWS}: archive in another account",
            f"{_AWS}: lock of the archive that nobody can lift",
            f"{_AWS}: archive under a key of its own account",
            "tests/operations/test_archive_binlogs.py::test_every_acknowledged_row_is_restored",
            "tests/operations/test_archive_binlogs.py"
            "::test_whoever_reads_the_log_has_the_rights_that_it_takes_and_no_more",
            "tests/operations/test_archive_binlogs.py::test_a_full_disk_delays_and_loses_nothing",
            "tests/operations/test_archive_binlogs.py"
            "::test_sites_that_are_lost_amid_of_it_lose_nothing_from_before_the_newest_beat",
            "tests/operations/test_archive_vault.py::test_nobody_ends_what_is_written",
            "tests/operations/test_archive_vault.py::test_a_reader_adds_and_lists_and_nothing_else",
            "tests/continuity/readings/test_kubernetes.py"
            "::test_binary_logs_and_files_that_are_copied_on_are_locked_under_a_key_and_watched",
            "tests/continuity/readings/test_kubernetes.py::test_files_are_copied_on_where_the_job_takes_their_folder",
            "tests/continuity/readings/test_kubernetes.py::test_binary_logs_that_nothing_copies_on_are_no_copy",
            "tests/report/test_samples.py::test_critical_data_has_an_isolated_copy_of_a_quarter_of_an_hour",
            "tests/continuity/readings/test_kubernetes.py"
            "::test_without_its_lock_or_its_alert_a_copy_of_binary_logs_is_less",
            f"{_KUBERNETES}: alert where copied binary logs arrive",
            "tests/continuity/knockouts/test_state.py::test_without_replication_every_copy_goes_with_the_account",
            "tests/continuity/knockouts/test_state.py::test_without_a_lock_for_good_the_copy_can_be_deleted",
            "tests/continuity/knockouts/test_state.py::test_a_copy_under_a_key_of_the_lost_account_cannot_be_read",
            "tests/continuity/knockouts/test_state.py::test_what_opens_the_secrets_must_outlive_the_account",
        ),
        "files, whose locked copies in the vault are hours old: AWS Backup copies those of EFS hourly at best, and"
        " Google promises no time for that of restic's repository; those of Filestore have none in another project, as"
        " Google copies them to none (php-gcp, whose invoices are printed anew); secrets, which are issued anew, and"
        " carts, sessions and mails that wait, which are begun and sent anew; the infrastructure's state where it"
        " is no bucket at S3: one at Google Cloud could be copied on as `gcp.Archive` does it, without a promised time,"
        " and is not yet; other vendors have no components here (large keeps its state with neither of the vendors that"
        " it sells from, so that it outlives both); on Kubernetes the locked copy of binary"
        " logs, for which Google promises no time (12 hours are counted), while the one of two minutes has versions"
        " alone",
    ),
    Requirement(
        "R30",
        "A crashed system runs again within 15 minutes",
        ("aws:RegionSwitch", "aws:GeoDns", "gcp:Failover", "aws:ZonalFailover", "aws:ZonalShift"),
        (
            f"{_AWS}: region switch starts by itself",
            f"{_AWS}: database is promoted by itself",
            f"{_AWS}: writer that leaves an ill zone",
            f"{_AWS}: alarm of a zone that alone is ill",
            f"{_AWS}: permission to leave a zone",
            f"{_AWS}: zones that answer apart",
            "tests/continuity/foreign/test_ill_zones.py::test_what_only_looks_like_it_leaves_no_zone",
        ),
        "a region, or the balancer of the site that writes, takes up to 35 minutes at p95 with a replica of RDS"
        " (mid-size), a region 23 with Aurora Global Database (large): up to 5 until alarms agree, the rest is the"
        " promotion, of which AWS publishes no upper bound (minutes, by its guides; that Aurora's takes typically under"
        " a minute, as it also claims, names no size and no share of cases, and is not counted) and nobody else a"
        " percentile (looked for 2026-11), so that own rehearsals must tell; names lead away meanwhile. What waits for"
        " a person (a store that somebody deletes, another vendor's standby, files that one site writes) is counted as"
        " up to half an hour until somebody answers, four hours until it is decided, half an hour until it is verified,"
        " and what is done: estimates, which a rule that names who decides, rehearsed and stated as own figures, makes"
        " shorter; deleted objects come back by their versions, as replicas follow deletions. Mid-size waits for"
        " CloudFront, Route 53 or all of AWS, 16 to 32 hours at p95: a second vendor costs more. Ransomware takes days,"
        " and as many of data as it went unnoticed: the archive is minutes old, but nobody knows which moment in it is"
        " clean. A zone that is ill with green checks is left by alarms of its own within 10 minutes, but for the one"
        " that the database's writer or a cache's primaries stand in: they make all zones slow, AWS publishes no delay"
        " until it says which zone is ill, and no call of ElastiCache may be relied on to make a cache follow. Bad data"
        " found after hours: what was written since is merged by hand, whatever is gone back to; Aurora goes"
        " back in place only where it is in no Global Database",
    ),
    Requirement(
        "R33",
        "Phone, mail, fax when everything is down",
        ("`contact.page`", "aws:StaticPage", "gcp:StaticPage"),
        (
            "tests/continuity/foreign/test_contact.py::test_it_hangs_on_nothing_that_stops_the_shop",
            "tests/assembly/test_static_page.py::test_a_browser_shows_a_number_with_the_shops_vendor_gone",
        ),
    ),
    Requirement(
        "R34",
        "Consistent copies: no half-written sets",
        ("aws:BinlogArchive", "aws:Backups", "aws:VaultPilotLight"),
        (
            "tests/operations/test_archive_binlogs.py"
            "::test_a_proof_restores_from_the_vault_alone_and_tells_how_much_would_be_lost",
            "tests/operations/test_archive_binlogs.py::test_a_restore_stops_before_the_damage",
            "tests/operations/test_archive_binlogs.py::test_a_hole_is_named",
            "tests/continuity/knockouts/test_whole.py"
            "::test_without_the_log_the_media_that_come_back_are_hours_newer_than_the_database",
            "tests/continuity/knockouts/test_whole.py"
            "::test_backups_in_the_account_of_production_do_not_outlive_its_compromise",
        ),
    ),
)
"""Those of the mission that concern what shops lack on the day."""


def users(means: str) -> tuple[str, ...]:
    """The sample stacks that use a component, or state a key of the page."""
    if means.startswith("`"):
        key = means.strip("`").split(".")[0]
        pages = sorted((ROOT / "stacks").glob("*/__init__.py"))
        return tuple(f"{page.parent.name}-prod" for page in pages if f"    {key}=" in page.read_text(encoding="utf-8"))
    token = f"bcinfra:{means}$"
    return tuple(sorted(at.stem for at in GOLDEN.glob("*.urns") if token in at.read_text(encoding="utf-8")))


def page() -> str:
    """The table, for people."""
    lines = [
        "# Requirements",
        "",
        "What a shop needs on the day, by what it is met, which sample customer has that, and which test takes it away"
        " and sees that the verdict changes. What is not met yet is said.",
        "",
        "| requirement | component or key of the page | sample | test | not met yet |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in REQUIREMENTS:
        named = ", ".join(f"`{name.replace(':', '.')}`" if ":" in name else name for name in one.means)
        samples = sorted({user for name in one.means for user in users(name)})
        tests = "; ".join(f"`{test}`" for test in one.tests)
        lines.append(f"| **{one.id}** {one.what} | {named} | {', '.join(samples)} | {tests} | {one.lacks} |")
    return "\n".join([*lines, ""])
