import { isMetadata, type Metadata } from './metadata.ts'
import type { Times } from './times.ts'

/** How a field stands in MySQL. `read` throws a TypeError on a cell that `write` does not make. */
export interface Column<T> {
  write(value: T): string | null
  read(cell: unknown): T
}

/** What a value has beside the times that every kind has. */
export type FieldOf<V extends Times> = Exclude<keyof V & string, keyof Times>
/** A column for each field, which has the field's name. */
export type Columns<V extends Times> = { [F in FieldOf<V>]: Column<V[F]> }

function readText(cell: unknown): string {
  if (typeof cell !== 'string') throw new TypeError('not a text')
  return cell
}

export const textColumn: Column<string> = { write: (text) => text, read: readText }

export const nullableTextColumn: Column<string | null> = {
  write: (text) => text,
  read: (cell) => (cell === null ? null : readText(cell)),
}

/** As text, because MySQL's JSON type would sort the keys and round the numbers. */
export const metadataColumn: Column<Metadata | null> = {
  write: (metadata) => (metadata === null ? null : JSON.stringify(metadata)),
  read(cell) {
    if (cell === null) return null
    const value: unknown = JSON.parse(readText(cell))
    if (!isMetadata(value)) throw new TypeError('not a JSON object')
    return value
  },
}
