DROP TABLE idempotency_keys, queue_controls, post_metrics, post_events, publication_attempts, publications,
    social_posts, social_account_tokens, social_connections;
