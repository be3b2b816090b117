"""Reading and writing rows as Django does, without its building of statements that takes longer than to run them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from django.db import connection
from django.db.models import AutoField, Field, ForeignKey, Model

Row = TypeVar("Row", bound=Model)
Fields = list["Field[Any, Any]"]
_encode = msgspec.json.Encoder(decimal_format="string").encode


def one(model: type[Row], *along: str, **known: Any) -> Row | None:
    """The row whose columns have these values, of which there is one at most, with what it refers to by `along`."""
    parts, statement = _reading(model, along, tuple(known))
    with connection.cursor() as cursor:
        cursor.execute(statement, list(known.values()))
        values = cursor.fetchone()
    if values is None:
        return None
    found, place = [], 0
    for part, fields in parts:
        found.append(_made(part, fields, values[place : place + len(fields)]))
        place += len(fields)
    row = found[0]
    for name, referred in zip(along, found[1:], strict=True):
        setattr(row, name, referred)
    return row  # type: ignore[return-value]  # the first part is of that model


def insert(rows: Sequence[Model]) -> None:
    """Writes new rows of one table in one statement, and gives them the ids that the database counts.

    Like bulk_create, without signals. PostgreSQL reads the values out of one JSON document: None is NULL everywhere.
    """
    if not rows:
        return
    fields, statement = _writing(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(statement, [_document(rows, fields)])
        ids = cursor.fetchall() if cursor.description else ()
    for row, (pk,) in zip(rows, ids, strict=False):
        row.pk = pk
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def update(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Writes these fields of rows of one table in one statement, as bulk_update does; values as in `insert`."""
    if not rows:
        return
    fields, statement = _changing(type(rows[0]), tuple(names))
    with connection.cursor() as cursor:
        cursor.execute(statement, [_document(rows, fields)])


def _document(rows: Sequence[Model], fields: Fields) -> str:
    return _encode([{one.column: _plain(getattr(row, one.attname)) for one in fields} for row in rows]).decode()


def _plain(value: Any) -> Any:
    return rf"\x{bytes(value).hex()}" if isinstance(value, bytes | memoryview) else value


def _made(model: type[Model], fields: Fields, values: Sequence[Any]) -> Model:
    read = [_read(one, value) for one, value in zip(fields, values, strict=True)]
    return model.from_db(connection.alias, [one.attname for one in fields], read)


def _read(field: Field[Any, Any], value: Any) -> Any:
    for convert in field.get_db_converters(connection):
        value = convert(value, None, connection)
    return value


@lru_cache(maxsize=256)
def _writing(model: type[Model]) -> tuple[Fields, str]:
    """The fields that are written, and the statement."""
    key = model._meta.pk
    assert key is not None
    fields = [field for field in model._meta.concrete_fields if field is not key or not isinstance(key, AutoField)]
    columns, table = ", ".join(f'"{one.column}"' for one in fields), f'"{model._meta.db_table}"'
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"
    return fields, statement + (f' RETURNING "{key.column}"' if isinstance(key, AutoField) else "")


@lru_cache(maxsize=256)
def _changing(model: type[Model], names: tuple[str, ...]) -> tuple[Fields, str]:
    """The fields by which rows are found and that are written, and the statement."""
    key, by_name, table = model._meta.pk, _by_name(model), f'"{model._meta.db_table}"'
    assert key is not None
    columns = ", ".join(f'"{by_name[name].column}" = given."{by_name[name].column}"' for name in names)
    given = f"json_populate_recordset(NULL::{table}, %s) AS given"
    where = f'{table}."{key.column}" = given."{key.column}"'
    return [key, *(by_name[name] for name in names)], f"UPDATE {table} SET {columns} FROM {given} WHERE {where}"


def _by_name(model: type[Model]) -> dict[str, Field[Any, Any]]:
    return {one.name: one for one in model._meta.concrete_fields}


@lru_cache(maxsize=256)
def _reading(
    model: type[Model], along: tuple[str, ...], known: tuple[str, ...]
) -> tuple[list[tuple[type[Model], Fields]], str]:
    """The models that are read with their fields, and the statement."""
    parts, tables = [(model, list(model._meta.concrete_fields))], f'"{model._meta.db_table}" AS t0'
    for number, name in enumerate(along, start=1):
        to = model._meta.get_field(name)
        assert isinstance(to, ForeignKey)
        assert not to.null
        other = to.remote_field.model
        parts.append((other, list(other._meta.concrete_fields)))
        on = f't{number}."{to.target_field.column}" = t0."{to.column}"'
        tables += f' JOIN "{other._meta.db_table}" AS t{number} ON {on}'
    columns = ", ".join(f't{number}."{one.column}"' for number, (_, fields) in enumerate(parts) for one in fields)
    by_name = _by_name(model)
    where = " AND ".join(f't0."{by_name[name].column}" = %s' for name in known)
    return parts, f"SELECT {columns} FROM {tables} WHERE {where}"
