import { isMetadata, type Metadata } from '../kinds/metadata.ts'

/** A value that no column takes: the change can never be stored as it is. */
export class DataError extends Error {
  override name = 'DataError'
}

/** A whole number, exactly: mysql2 gives BIGINT as text where a double would round it. */
export function readWhole(cell: unknown): number {
  const value = typeof cell === 'string' ? Number(cell) : cell
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new TypeError('not a safe whole number')
  return value
}

export function readText(cell: unknown): string {
  if (typeof cell !== 'string') throw new TypeError('not a text')
  return cell
}

export const readTextOrNull = (cell: unknown): string | null =>
  cell === null ? null : readText(cell)

/**
 * The internal key of an application, 32 hexadecimal characters, as the 16 bytes that the tables
 * hold.
 */
export const appBytes = (app: string): Buffer => Buffer.from(app, 'hex')

export function readApp(cell: unknown): string {
  if (!Buffer.isBuffer(cell)) throw new TypeError('not bytes')
  return cell.toString('hex')
}

/** RFC 3339 to DATETIME(3) in UTC. Throws DataError on what is no instant. */
export function writeInstant(instant: string): string {
  const time = new Date(instant)
  if (Number.isNaN(time.getTime())) throw new DataError('not an instant')
  return time.toISOString().replace('T', ' ').replace('Z', '')
}

export const writeInstantOrNull = (instant: string | null): string | null =>
  instant === null ? null : writeInstant(instant)

export const readInstant = (cell: unknown): string => `${readText(cell).replace(' ', 'T')}Z`

export const readInstantOrNull = (cell: unknown): string | null =>
  cell === null ? null : readInstant(cell)

/**
 * Metadata is kept as the text it is: MySQL's JSON type would sort its keys and round its numbers.
 */
export const writeMetadata = (metadata: Metadata | null): string | null =>
  metadata === null ? null : JSON.stringify(metadata)

export function readMetadata(cell: unknown): Metadata | null {
  if (cell === null) return null
  const value: unknown = JSON.parse(readText(cell))
  if (!isMetadata(value)) throw new TypeError('not a JSON object')
  return value
}
