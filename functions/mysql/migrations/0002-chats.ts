/**
 * Chats, keyed by their application and their number in it. 0001-applications.ts explains the
 * columns. There are no foreign keys: a chat may arrive before its application, and by a lock on
 * the application's row all its chats would wait for each other.
 */
export default `
CREATE TABLE IF NOT EXISTS chats (
  app BINARY(16) NOT NULL,
  number BIGINT UNSIGNED NOT NULL,
  title VARCHAR(255) NULL,
  metadata MEDIUMTEXT NULL,
  rid VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  rev BIGINT UNSIGNED NOT NULL DEFAULT 0,
  last_number BIGINT UNSIGNED NOT NULL DEFAULT 0,
  deleted_children BIGINT UNSIGNED NOT NULL DEFAULT 0,
  messages_count BIGINT UNSIGNED GENERATED ALWAYS AS (last_number - deleted_children) STORED,
  child_rev BIGINT UNSIGNED NOT NULL DEFAULT 0,
  tombstone TINYINT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME(3) NULL,
  updated_at DATETIME(3) NULL,
  deleted_at DATETIME(3) NULL,
  PRIMARY KEY (app, number)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin
`
