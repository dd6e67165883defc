"""Settings of the assistant: values only, from the environment (``ASSISTANT_…``) or the caller."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import InvalidSetting
from knowledge.messages import Message


class AssistantSettings(BaseSettings):
    """How questions are answered; unknown fields are refused."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="forbid", frozen=True)

    chat_model: str | None = Field(
        None, description="`provider:model` as LangChain's init_chat_model takes it; default: quotes only."
    )
    chat_base_url: str | None = Field(None, description="URL of an OpenAI-compatible server.")
    chat_api_key: SecretStr | None = Field(
        None, description="Key of the chat model; default: the provider's own environment variable."
    )
    chat_api_key_file: Path | None = Field(None, description="A file that holds the key and nothing else.")
    chat_price_in: float | None = Field(None, ge=0, description="Price of a million tokens read.")
    chat_price_out: float | None = Field(None, ge=0, description="Price of a million tokens written.")
    chat_timeout: float = Field(30.0, gt=0, description="Seconds to wait for the chat model's next words.")
    chat_deadline: float = Field(
        120.0, gt=0, description="Seconds after which a call of the chat model ends, all its tries together."
    )
    chat_retries: int = Field(2, ge=0, le=10)
    chat_max_tokens: int = Field(700, gt=0, description="Most tokens that the chat model may write.")
    chat_token_budget: int = Field(
        6000, gt=500, description="Most tokens of evidence and history given to it."
    )
    chat_structured: Literal["auto", "schema", "markers"] = "auto"
    reader: str | None = Field(
        None, description="A sentence-transformers CrossEncoder name or folder; default: the shipped reader."
    )
    carefulness: float | None = Field(
        None,
        ge=0,
        le=1,
        description="How careful: below this confidence it abstains; default: the calibrated value.",
    )
    calibration: Path | None = Field(
        None, description="A calibration file; default: the one beside the index, else the shipped one."
    )
    max_question_chars: int = Field(2000, gt=0)
    history_turns: int = Field(6, ge=0, description="How many earlier turns a question is understood in.")
    language: Literal["auto", "en", "nl", "fr", "de"] = "auto"

    def api_key(self) -> str | None:
        """The chat model's key, from the environment or its file. Raises InvalidSetting."""
        if self.chat_api_key is not None:
            return self.chat_api_key.get_secret_value()
        if self.chat_api_key_file is None:
            return None
        try:
            return self.chat_api_key_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            told = "The key file {path} cannot be read. Check ASSISTANT_CHAT_API_KEY_FILE."
            raise InvalidSetting(
                Message("assistant.key_unreadable", told, path=self.chat_api_key_file)
            ) from error
