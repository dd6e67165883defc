"""Settings of knowledge: values only, read from the environment (``KNOWLEDGE_…``) or given by the caller."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.errors import InvalidSetting

SHIPPED_SOURCES = Path(__file__).parent / "sources"


class KnowledgeSettings(BaseSettings):
    """Where the collection lives and how it is embedded; unknown fields are refused."""

    model_config = SettingsConfigDict(env_prefix="KNOWLEDGE_", extra="forbid", frozen=True)

    data_dir: Path = Field(
        default=Path(".data"), description="Folder of the index, the database and the uploads."
    )
    documents_dir: Path | None = Field(
        default=None,
        description="Folder of the own documents; default: `documents` in the data folder.",
    )
    embedding_model: str = Field(
        default="multilingual-e5-small",
        description="`multilingual-e5-small` (shipped), `all-MiniLM-L6-v2` (packaged), or any"
        " sentence-transformers name or folder.",
    )
    chroma_url: str | None = Field(default=None, description="URL of a Chroma server; default: a folder.")
    chroma_timeout: float = Field(default=10.0, gt=0, description="Seconds to wait for a Chroma server.")
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL of the database; default: SQLite in the data folder."
    )
    collection: str = Field(default="documents", pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_-]{1,40}[a-zA-Z0-9]$")
    max_file_mb: int = Field(default=200, gt=0, description="Files larger than this many MB are refused.")

    @property
    def sql_url(self) -> str:
        """The database's URL, SQLite in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'assistant.db').as_posix()}"

    @property
    def own_documents_dir(self) -> Path:
        """The folder that the user's own documents are kept in."""
        return self.documents_dir or self.data_dir / "documents"


def read_settings(**given: object) -> KnowledgeSettings:
    """The settings from the environment, with the given values before them. Raises InvalidSetting."""
    try:
        values = {name: value for name, value in given.items() if value is not None}
        return KnowledgeSettings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = "KNOWLEDGE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidSetting(f"{name}: {first['msg']}. Correct it or leave it out.") from error
