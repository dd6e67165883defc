"""The catalogue's tables, named after the collection so that several can share one database."""

from dataclasses import dataclass

import sqlalchemy as sa

# What a migration did is never edited; a new one is appended and the number in ``state`` follows.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one collection.

    ``revisions`` holds every set of vectors that may be in the vector store: 'writing' until its document
    goes live, 'live' while searches may return it, 'retired' until its vectors are swept.
    """

    metadata: sa.MetaData
    state: sa.Table
    documents: sa.Table
    texts: sa.Table
    sections: sa.Table
    passages: sa.Table
    revisions: sa.Table
    hidden: sa.Table
    failures: sa.Table


def tables(collection: str) -> Tables:
    """The tables of the collection of that name."""
    metadata = sa.MetaData()

    def table(name: str, *columns: sa.Column[object]) -> sa.Table:
        return sa.Table(f"{collection}_{name}", metadata, *columns)

    def key(name: str, kind: type[sa.String] | type[sa.Integer] = sa.String) -> sa.Column[object]:
        return sa.Column(name, kind, primary_key=True)

    def text(name: str) -> sa.Column[object]:
        return sa.Column(name, sa.Text, nullable=False)

    def number(name: str, nullable: bool = False) -> sa.Column[object]:
        return sa.Column(name, sa.Integer, nullable=nullable)

    def json(name: str) -> sa.Column[object]:
        return sa.Column(name, sa.JSON, nullable=False)

    return Tables(
        metadata=metadata,
        state=table("state", key("key"), text("value")),
        documents=table(
            "documents",
            key("id"),
            sa.Column("name", sa.Text, nullable=False, unique=True),
            text("title"),
            text("content_hash"),
            text("file_hash"),
            text("media_type"),
            number("characters"),
            number("section_count"),
            number("passage_count"),
            json("pages"),
            json("warnings"),
            text("added"),
            text("revision"),
            text("recipe"),
            text("stamp"),
            text("source"),
        ),
        texts=table("texts", key("document_id"), text("text")),
        sections=table(
            "sections",
            key("document_id"),
            key("ordinal", sa.Integer),
            text("heading"),
            number("level"),
            json("path"),
            number("start"),
            number("end"),
            number("page", nullable=True),
        ),
        passages=table(
            "passages",
            key("revision"),
            key("ordinal", sa.Integer),
            text("id"),
            text("document_id"),
            number("section"),
            json("heading_path"),
            number("start"),
            number("end"),
            text("text"),
            json("sentences"),
            number("page", nullable=True),
        ),
        revisions=table("revisions", key("revision"), text("status")),
        hidden=table("hidden", key("name")),
        failures=table("failures", key("name"), text("stamp"), text("recipe"), text("error")),
    )
