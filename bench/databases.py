"""New databases to measure on: files in a folder, or databases of a PostgreSQL server."""

import os
import shutil
import sqlite3
from abc import ABC, abstractmethod
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql


class Databases(ABC):
    """Where databases are made, by name; all are gone after `remove`."""

    label: str
    """The name of the system, as the table says it."""

    @abstractmethod
    def url(self, name: str) -> str:
        """The DATABASE_URL of database `name`."""

    @abstractmethod
    def create(self, name: str, *, like: str | None = None) -> None:
        """Make database `name`: empty, or a copy of one that nobody uses at the moment."""

    @abstractmethod
    def version(self) -> str:
        """Name and version of the system."""

    @abstractmethod
    def remove(self) -> None:
        """Remove all databases made here."""


class SqliteFiles(Databases):
    """Files in `folder`, which belongs to the caller."""

    label = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite3"

    def url(self, name: str) -> str:
        """That of a file."""
        return f"sqlite:///{self._file(name)}"

    def create(self, name: str, *, like: str | None = None) -> None:
        """A copy; an empty file comes by itself."""
        if like is not None:
            shutil.copyfile(self._file(like), self._file(name))

    def version(self) -> str:
        """That of the library which Python uses."""
        return f"SQLite {sqlite3.sqlite_version}"

    def remove(self) -> None:
        """Also what lies beside a database in use."""
        for file in self.folder.glob("*.sqlite3*"):
            file.unlink()


class PostgresqlServer(Databases):
    """New databases of the server at `url`, with names of their own."""

    label = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: list[str] = []

    def _name(self, name: str) -> str:
        return f"bench_{os.getpid()}_{name}"

    def _execute(self, statement: sql.Composed) -> None:
        connection = psycopg2.connect(self._url)
        connection.autocommit = True  # a database is not made in a transaction
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def url(self, name: str) -> str:
        """That of the server, with a name of this process."""
        return urlsplit(self._url)._replace(path=f"/{self._name(name)}").geturl()

    def create(self, name: str, *, like: str | None = None) -> None:
        """In a statement."""
        template = "template1" if like is None else self._name(like)
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(statement.format(sql.Identifier(self._name(name)), sql.Identifier(template)))
        self._made.append(self._name(name))

    def version(self) -> str:
        """As the server says."""
        connection = psycopg2.connect(self._url)
        try:
            return f"PostgreSQL {connection.info.parameter_status('server_version')}".split(" (")[0]
        finally:
            connection.close()

    def remove(self) -> None:
        """Also those in use."""
        while self._made:
            statement = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._made.pop()))
            self._execute(statement)
