from minutehand.runtime.config import Config


class VaultConfig(Config):
    """The KMS key that seals tokens."""

    token_key_id: str
