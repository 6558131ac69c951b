from minutehand.runtime.config import Config


class VaultConfig(Config):
    """The KMS key that wraps the data keys of tokens."""

    token_key_id: str
