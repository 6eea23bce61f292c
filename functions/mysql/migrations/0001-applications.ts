/**
 * Applications, the children of the root. The key is 16 bytes of the token's hash, so that only the
 * column `token` holds the token itself.
 *
 * A row without rid is a stub: its create has not arrived. With rev 0 it was made to count its
 * chats and is not shown, and its `number` is NULL. With a greater rev an edit has overtaken the
 * create, and is shown.
 *
 * `last_number`, `deleted_children` and `child_rev` tell of the children: the greatest number that
 * is stored, how many of them are tombstones, and the greatest rev. `chats_count` is computed from
 * the first two, so a lost or repeated `+ 1` cannot make it wrong. `tombstone` is 1 once the
 * parent's `deleted_children` counts this row. The key on `rev` is for the greatest rev under the
 * root, which has no row of its own.
 */
export default `
CREATE TABLE IF NOT EXISTS applications (
  app BINARY(16) NOT NULL,
  number BIGINT UNSIGNED NULL,
  token VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  name VARCHAR(255) NULL,
  rid VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  rev BIGINT UNSIGNED NOT NULL DEFAULT 0,
  last_number BIGINT UNSIGNED NOT NULL DEFAULT 0,
  deleted_children BIGINT UNSIGNED NOT NULL DEFAULT 0,
  chats_count BIGINT UNSIGNED GENERATED ALWAYS AS (last_number - deleted_children) STORED,
  child_rev BIGINT UNSIGNED NOT NULL DEFAULT 0,
  tombstone TINYINT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME(3) NULL,
  updated_at DATETIME(3) NULL,
  deleted_at DATETIME(3) NULL,
  PRIMARY KEY (app),
  UNIQUE KEY number (number),
  KEY rev (rev)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin
`
