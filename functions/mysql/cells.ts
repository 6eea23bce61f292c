import { nullableTextColumn, textColumn } from '../kinds/column.ts'

/** A value that its column does not take: the change can never be stored as it is. */
export class DataError extends Error {
  override name = 'DataError'
}

/**
 * A whole number. mysql2 gives a BIGINT as text if a double would round it. Throws a TypeError on
 * what is no safe integer.
 */
export function readWhole(cell: unknown): number {
  const value = typeof cell === 'string' ? Number(cell) : cell
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new TypeError('not a safe whole number')
  return value
}

export const readTextOrNull = nullableTextColumn.read

/** An application's internal key, 32 hexadecimal characters, as the 16 bytes that tables hold. */
export const appBytes = (app: string): Buffer => Buffer.from(app, 'hex')

export function readApp(cell: unknown): string {
  if (!Buffer.isBuffer(cell)) throw new TypeError('not bytes')
  return cell.toString('hex')
}

/** RFC 3339 as DATETIME(3) in UTC. Throws DataError on what is no instant. */
export function writeInstant(instant: string): string {
  const time = new Date(instant)
  if (Number.isNaN(time.getTime())) throw new DataError('not an instant')
  return time.toISOString().replace('T', ' ').replace('Z', '')
}

export const writeInstantOrNull = (instant: string | null): string | null =>
  instant === null ? null : writeInstant(instant)

export const readInstant = (cell: unknown): string => `${textColumn.read(cell).replace(' ', 'T')}Z`

export const readInstantOrNull = (cell: unknown): string | null =>
  cell === null ? null : readInstant(cell)
