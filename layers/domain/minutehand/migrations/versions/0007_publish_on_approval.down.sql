ALTER TABLE social_posts DROP COLUMN publish_on_approval;
