"""How each table is copied: where the rows to be copied come from, and what becomes of their columns.

In the statements `s` is a row that was lived through, `c` a copy of it all: `p` periods ago at the site of number `s`,
whose code is `code`; `back` is how long ago, `ids` what is added to ids, `copy` a number for the copy. What is not said
here is copied as it is, but times go back and sites change.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SITE = "CH"


@dataclass(frozen=True, slots=True)
class Way:
    """The rows that are copied, with `live` where some of them are still under way; and the columns that change."""

    source: str
    changes: dict[str, str] = field(default_factory=dict)


PREPARED = (
    "CREATE SCHEMA seed",
    f"CREATE TABLE seed.people AS SELECT DISTINCT staff_id AS id FROM accounts_post WHERE site_id = '{SITE}'",
    # a customer who calls every few days
    """WITH who AS (SELECT party_id, home_id FROM cases_case WHERE party_id > 0 AND home_id > 0 ORDER BY id LIMIT 1),
        chosen AS (SELECT id FROM cases_case ORDER BY id LIMIT (SELECT 1 + count(*) / 20 FROM cases_case)),
        called AS (UPDATE cases_case SET party_id = who.party_id, home_id = who.home_id FROM who, chosen
            WHERE cases_case.id = chosen.id RETURNING cases_case.id, cases_case.party_id)
        UPDATE visits_visit SET party_id = called.party_id FROM called WHERE case_id = called.id""",
    """CREATE TABLE seed.subject AS SELECT 'case:' || id AS subject, id AS about FROM cases_case
        UNION ALL SELECT 'work_order:' || id, case_id FROM dispatch_workorder""",
    """CREATE TABLE seed.live AS SELECT id AS about FROM cases_case WHERE state IN ('received', 'in_hand')
        UNION SELECT case_id FROM visits_visit WHERE state = 'planned'
        UNION SELECT case_id FROM dispatch_workorder WHERE state NOT IN ('finished', 'cancelled')
        UNION SELECT about FROM obligations_obligation JOIN seed.subject USING (subject) WHERE state = 'open'""",
    # nothing here but what is immutable: else each call costs as much as ten of those that are expanded
    """CREATE FUNCTION seed.fresh(old uuid, ms bigint, copy text) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
        SELECT (lpad(to_hex(('x0000' || left(replace(old::text, '-', ''), 12))::bit(64)::bigint - ms), 12, '0')
            || '7' || substr(md5(old::text || copy), 14))::uuid
    $$""",
    """CREATE FUNCTION seed.fresh(old text, ms bigint, copy text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
        SELECT CASE WHEN old ~ '^(case|work_order):'
            THEN split_part(old, ':', 1) || ':' || seed.fresh(split_part(old, ':', 2)::uuid, ms, copy)::text
            ELSE old END
    $$""",
    """CREATE FUNCTION seed.number(old text, code text, back interval, p int) RETURNS text STABLE LANGUAGE sql AS $$
        SELECT code || '-' || split_part(old, '-', 2) || '-' || CASE WHEN length(split_part(old, '-', 3)) = 8
            THEN to_char(to_date(split_part(old, '-', 3), 'YYYYMMDD') - back, 'YYYYMMDD') || '-'
                || split_part(old, '-', 4)
            ELSE split_part(old, '-', 3) || '-' || to_char(split_part(old, '-', 4)::int + p * 1000, 'FM9999990000') END
    $$""",
)
COPIES = """
    CREATE TABLE seed.copies AS SELECT p, s, (p * 1000 + s)::text AS copy, p * {days} * interval '1 day' AS back,
        p::bigint * {days} * 86400000 AS ms,
        CASE s WHEN 0 THEN 'CH' ELSE 'S' || lpad(s::text, 3, '0') END AS code,
        (({periods} - 1 - p) * {sites} + s)::bigint * {stride} AS ids
    FROM generate_series(0, {periods} - 1) AS p, generate_series(0, {sites} - 1) AS s
"""
_CUSTOMER = "s.{} + c.s * 100000"


def _person(column: str) -> str:
    """Every site has people of its own; those above it are the same for all."""
    return f"CASE WHEN {column} IN (SELECT id FROM seed.people) THEN {column} + c.s * 1000 ELSE {column} END"


def _customers(*columns: str) -> dict[str, str]:
    return {column: _CUSTOMER.format(column) for column in columns}


def _rows(*columns: str) -> dict[str, str]:
    return {column: f"s.{column} + c.ids" for column in columns}


def _fresh(*columns: str) -> dict[str, str]:
    return {column: f"seed.fresh(s.{column}, c.ms, c.copy)" for column in columns}


def _people(*columns: str) -> dict[str, str]:
    return {column: _person(f"s.{column}") for column in columns}


def _of_site(table: str, of: str = "t.site_id", join: str = "") -> str:
    return f"SELECT t.*, false AS live FROM {table} t {join} WHERE {of} = '{SITE}'"


def _of(about: str, table: str, join: str = "") -> str:
    return f"SELECT t.*, EXISTS (SELECT FROM seed.live l WHERE l.about = {about}) AS live FROM {table} t {join}"


_SUBJECT, _VISIT = "JOIN seed.subject u USING (subject)", "JOIN visits_visit v ON v.id = t.visit_id"
_ACTOR = "split_part(s.actor, ':', 2)::int"
_NUMBER = {"number": "seed.number(s.number, c.code, c.back, c.p)"}
_OTHERS = "CASE c.s WHEN 0 THEN s.{0} ELSE sha256(s.{0} || c.s::text::bytea) END"
_DONE = "c.p > 0 AND s.state = 'handled'"
ESTATE = {
    "accounts_site": Way(_of_site("accounts_site", "t.code"), {"code": "c.code", "name": "s.name || c.s"}),
    "accounts_staff": Way(
        "SELECT t.*, false AS live FROM accounts_staff t JOIN seed.people USING (id)",
        {"id": "s.id + c.s * 1000", "username": "s.username || c.s", "last_login": "s.last_login"},
    ),
    "accounts_post": Way(_of_site("accounts_post"), {"id": "s.id + c.s * 1000", **_people("staff_id")}),
    "customers_building": Way(_of_site("customers_building"), _customers("id")),
    "customers_home": Way(_of_site("customers_home"), _customers("id", "building_id")),
    "customers_party": Way(_of_site("customers_party"), _customers("id")),
    "customers_phone": Way(
        _of_site("customers_phone", "p.site_id", "JOIN customers_party p ON p.id = t.party_id"),
        _customers("id", "party_id") | {name: _OTHERS.format(name) for name in ("digest", "last_four")},
    ),
    "customers_occupancy": Way(
        _of_site("customers_occupancy", "p.site_id", "JOIN customers_party p ON p.id = t.party_id"),
        _customers("id", "party_id", "home_id"),
    ),
}
LIFE = {  # what refers to another comes before it
    "obligations_notice": Way(
        _of(
            "u.about",
            "obligations_notice",
            "JOIN obligations_escalation e ON e.id = t.escalation_id "
            "JOIN obligations_obligation o ON o.id = e.obligation_id JOIN seed.subject u USING (subject)",
        ),
        _rows("id", "escalation_id") | _people("staff_id"),
    ),
    "obligations_escalation": Way(
        _of(
            "u.about",
            "obligations_escalation",
            "JOIN obligations_obligation o ON o.id = t.obligation_id JOIN seed.subject u USING (subject)",
        ),
        _rows("id", "obligation_id") | {"told": f"ARRAY(SELECT {_person('one')} FROM unnest(s.told) AS one)"},
    ),
    "visits_answersheet": Way(
        _of("v.case_id", "visits_answersheet", _VISIT), _fresh("visit_id") | _people("companion_id")
    ),
    "visits_attempt": Way(
        _of("v.case_id", "visits_attempt", _VISIT), _rows("id") | _fresh("visit_id") | _people("by_id")
    ),
    "visits_visit": Way(_of("t.case_id", "visits_visit"), _fresh("id", "subject", "case_id") | _customers("party_id")),
    "dispatch_workorder": Way(
        _of("t.case_id", "dispatch_workorder"), _fresh("id", "case_id") | _NUMBER | _people("technician_id")
    ),
    "cases_note": Way(_of("t.case_id", "cases_note"), _rows("id", "event_id") | _fresh("case_id")),
    "cases_casenumber": Way(_of("t.case_id", "cases_casenumber"), _NUMBER | _fresh("case_id")),
    "cases_case": Way(
        _of("t.id", "cases_case").replace(
            " FROM cases_case",
            ", (SELECT max(e.id) FROM ledger_event e WHERE e.subject = 'case:' || t.id) AS last_event FROM cases_case",
        ),
        _fresh("id", "merged_into_id", "repeats_id")
        | _NUMBER
        | _customers("party_id", "home_id")
        | _people("received_by_id", "in_charge_id")
        | {
            "serial": "s.serial + c.p * 1000",
            "state": f"CASE WHEN {_DONE} THEN 'closed' ELSE s.state END",
            "closed_at": f"CASE WHEN {_DONE} THEN s.handled_at + interval '1 day' ELSE s.closed_at END - c.back",
            "closing_event_id": f"CASE WHEN {_DONE} THEN s.last_event ELSE s.closing_event_id END + c.ids",
        },
    ),
    "ledger_chain": Way(_of("u.about", "ledger_chain", _SUBJECT), _fresh("subject")),
    "ledger_event": Way(
        _of("u.about", "ledger_event", _SUBJECT),
        _rows("id")
        | _fresh("subject")
        | {
            "refs": "ARRAY(SELECT seed.fresh(one::text, c.ms, c.copy) FROM unnest(s.refs) AS one)",
            "actor": f"CASE WHEN s.actor LIKE 'staff:%' THEN 'staff:' || {_person(_ACTOR)} ELSE s.actor END",
            "facts": "CASE WHEN s.facts ? 'obligation' THEN jsonb_set(s.facts, '{obligation}', "
            "to_jsonb((s.facts->>'obligation')::bigint + c.ids)) ELSE s.facts END",
        },
    ),
    "obligations_obligation": Way(
        _of("u.about", "obligations_obligation", _SUBJECT),
        _rows("id") | _fresh("subject") | _people("staff_id"),
    ),
}
