/**
 * Messages. `unindexed` is the outbox of the search index: 1 while the index has not seen the row's
 * rev, else NULL. The key `outbox` finds all of it or that of one chat; `chat_indexed` finds what
 * the index was given lately of a chat, which a search may not show yet.
 *
 * `body` has a collation without case and accents, for LIKE while the index is away. It finds more
 * than `fold()` makes equal, but for scripts that got their case after Unicode 9, for which
 * functions/mysql/search-rows.ts has another pattern. The collation does not change what is stored.
 * All other texts compare by bytes.
 */
export default `
CREATE TABLE IF NOT EXISTS messages (
  app BINARY(16) NOT NULL,
  chat BIGINT UNSIGNED NOT NULL,
  number BIGINT UNSIGNED NOT NULL,
  body MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci NULL,
  sender VARCHAR(255) NULL,
  metadata MEDIUMTEXT NULL,
  rid VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  rev BIGINT UNSIGNED NOT NULL DEFAULT 0,
  indexed_rev BIGINT UNSIGNED NOT NULL DEFAULT 0,
  indexed_at DATETIME(3) NULL,
  unindexed TINYINT UNSIGNED GENERATED ALWAYS AS (IF(indexed_rev < rev, 1, NULL)) STORED,
  tombstone TINYINT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME(3) NULL,
  updated_at DATETIME(3) NULL,
  deleted_at DATETIME(3) NULL,
  PRIMARY KEY (app, chat, number),
  KEY outbox (unindexed, app, chat),
  KEY chat_indexed (app, chat, indexed_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin
`
