import type { Seen } from '../clients/operations.ts'
import type { History, Span } from './history.ts'

/** An application that an operator suspended, with the moments of it. */
export interface Suspended {
  /** Its name (nameIn). */
  application: string
  /** Reads are refused, too. */
  reads: boolean
  begunAt: number
  /** From then on nothing that begins may pass; undefined: it is not acknowledged yet. */
  ackedAt: number | undefined
  liftingAt: number | undefined
  liftedAt: number | undefined
}

const about = ({ suspensions }: History, name: string, use: 'read' | 'write'): Suspended[] =>
  suspensions.filter(
    ({ application, reads }) =>
      `${name}/`.startsWith(`${application}/`) && (reads || use === 'write'),
  )

/** Whether a 403 can be right: a suspension had begun, and was not lifted before the request. */
export const mayBeSuspended = (
  history: History,
  name: string,
  use: 'read' | 'write',
  { began }: Span,
): boolean =>
  about(history, name, use).some(({ liftedAt }) => liftedAt === undefined || liftedAt >= began)

/**
 * Nothing is accepted, or read, that began after the suspension was acknowledged and ended before
 * anybody began to lift it. A replay accepts nothing new.
 */
export function checkSuspended(
  history: History,
  name: string,
  use: 'read' | 'write',
  { began }: Span,
  seen: Seen,
): void {
  if (!seen || seen.status >= 300 || seen.headers?.['Idempotency-Replayed']) return
  const broken = about(history, name, use).find(
    ({ ackedAt, liftingAt }) => ackedAt !== undefined && ackedAt < began && liftingAt === undefined,
  )
  if (broken)
    history.violations.push(
      `${name}: answered ${seen.status} while ${broken.application} is suspended`,
    )
}
