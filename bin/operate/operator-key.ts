import { createHash, randomBytes } from 'node:crypto'

/**
 * A new operator key, 256 random bits as base64url, and its SHA-256 as hex, which is all that a
 * deploy is told.
 */
export function operatorKey(): { key: string; sha256: string } {
  const key = randomBytes(32).toString('base64url')
  return { key, sha256: createHash('sha256').update(key).digest('hex') }
}

const help = `npm run operator-key: makes a key that may create and list applications. Nothing is stored.
Keep the key; give its SHA-256 to the deploy. To change keys, deploy both hashes, then the new one alone.`

if (import.meta.main) {
  const { key, sha256 } = operatorKey()
  console.log(
    process.argv.length > 2
      ? help
      : `key      ${key}
SHA-256  ${sha256}

Keep the key: it is stored nowhere. Requests carry it as  Authorization: Bearer ${key}
A deploy gets the hash alone:  npx cdk deploy --all -c operatorKeySha256=${sha256}
Locally:  OPERATOR_KEY_SHA256=${sha256} npm start`,
  )
}
