import { generate } from 'selfsigned'
import type { Certificate } from './failing-mysql.ts'

const year = 365 * 24 * 3_600_000

/**
 * A certificate of its own authority for the host name, with its key (PEM). Its validity begins
 * `fromMs` from now (negative: in the past), and lasts a year.
 */
export async function certificateFor(host: string, fromMs = -60_000): Promise<Certificate> {
  const notBeforeDate = new Date(Date.now() + fromMs)
  const made = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate: new Date(notBeforeDate.getTime() + year),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  })
  return { key: made.private, cert: made.cert }
}
