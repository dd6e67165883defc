"""Errors of the assistant, named by what the caller can do about them.

AssistantError
├── InvalidQuestion       ask differently: empty, too long, nothing but punctuation
├── ModelMissing          install what the message names: a reader's weights, a provider's package
├── ChatModelFailed       (never reaches a user: the quotes answer takes its place)
│   └── ChatModelSlow     (nor does this: another try would only take as long)
├── ConversationNotFound  choose a conversation that is listed
├── StorageUnavailable    try again later, or mend the place that the message names
└── InvalidSetting        mend the setting that the message names
"""


class AssistantError(Exception):
    """Base of all errors of the assistant, made with a ``Message`` for the user."""


class InvalidQuestion(AssistantError):
    """The question cannot be asked as it stands."""


class ModelMissing(AssistantError):
    """A model, or the package that it needs, is not installed."""


class ChatModelFailed(AssistantError):
    """The chat model was down, slow, out of quota or answered rubbish."""


class ChatModelSlow(ChatModelFailed):
    """The chat model was silent, or wrote, for longer than it may."""


class ConversationNotFound(AssistantError):
    """No conversation of that id is stored."""


class StorageUnavailable(AssistantError):
    """Conversations or feedback cannot be read or written."""


class InvalidSetting(AssistantError):
    """A setting has a value that cannot be used."""
