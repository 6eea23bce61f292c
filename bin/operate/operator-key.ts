import { createHash, randomBytes } from 'node:crypto'
import { isStarted } from '../cli/started.ts'

/**
 * A new operator key, 256 random bits as base64url, and its SHA-256 in hexadecimal, which is all
 * that a deploy gets.
 */
export function operatorKey(): { key: string; sha256: string } {
  const key = randomBytes(32).toString('base64url')
  return { key, sha256: createHash('sha256').update(key).digest('hex') }
}

const help = `npm run operator-key

Makes a new key that may create and list applications, or only one of both. It is stored nowhere:
keep it, and give its SHA-256 to the deploy. To change keys without a gap, deploy both hashes
separated by a comma, then the new one alone.`

if (isStarted(import.meta)) {
  const { key, sha256 } = operatorKey()
  console.log(
    process.argv.length > 2
      ? help
      : `key      ${key}
SHA-256  ${sha256}

Keep the key: it is stored nowhere. Requests carry it as  Authorization: Bearer ${key}
A deploy gets the hash alone, in chat.config.ts:  operatorKeySha256: '${sha256}'
As the key that lists applications, and creates none:  listingKeySha256: '${sha256}'
Locally:  OPERATOR_KEY_SHA256=${sha256} npm start`,
  )
}
