"""The maximum lengths of values that several forms contain."""

MAX_CODE_CHARACTERS = 4_096
MAX_STATE_CHARACTERS = 256
MAX_TOKEN_CHARACTERS = 128
