import { generate } from 'selfsigned'

/** A private key and its certificate, as PEM. */
export interface Certificate {
  key: string
  cert: string
}

const yearMs = 365 * 24 * 3_600_000

/**
 * A key and a certificate for the host `host` that is its own authority: who trusts `cert` trusts
 * this server and no other. It is valid for a year, which begins `fromMs` from now (negative: in
 * the past).
 */
export async function certificateFor(host: string, fromMs = -60_000): Promise<Certificate> {
  const notBeforeDate = new Date(Date.now() + fromMs)
  const made = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate: new Date(notBeforeDate.getTime() + yearMs),
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }],
  })
  return { key: made.private, cert: made.cert }
}
