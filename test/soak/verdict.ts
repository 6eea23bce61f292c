import type { Samples } from './samples.ts'

/**
 * A process may grow by so much from its least to its last sample: code that gets hot and caches
 * that fill. A leak of 30 KB a request is above it after 200 requests.
 */
const boundBytes = 4 * 1024 * 1024
/** Samples at the start, while modules are loaded and connections are made, do not count. */
const warmUp = 2
/** With fewer left nothing is said. */
const fewest = 3

export interface Line {
  name: string
  processes: number
  /** Bytes: at the first sample that counts, the least, the last; of the process that grew most. */
  first: number
  least: number
  last: number
  resident: number
  verdict: 'flat' | 'GROWS' | 'ABOVE ITS MEMORY' | 'too few samples'
}

const grownBy = ({ collected }: Samples): number => {
  const counted = collected.slice(warmUp)
  return (counted.at(-1) ?? 0) - Math.min(...counted)
}

/** A line of each function, by its name. `memory`: bytes that it has deployed. */
export function linesOf(all: Samples[], memory: Map<string, number>): Line[] {
  const names = [...new Set(all.map(({ name }) => name))].toSorted()
  return names.map((name) => lineOf(name, all, memory.get(name) ?? Number.POSITIVE_INFINITY))
}

function lineOf(name: string, all: Samples[], memory: number): Line {
  const own = all.filter((each) => each.name === name)
  const enough = own.filter(({ collected }) => collected.length >= warmUp + fewest)
  const most = enough.toSorted((a, b) => grownBy(b) - grownBy(a))[0]
  const counted = most?.collected.slice(warmUp) ?? []
  const resident = Math.max(...own.map((each) => each.resident))
  return {
    ...{ name, processes: own.length, resident },
    first: counted[0] ?? 0,
    least: most ? Math.min(...counted) : 0,
    last: counted.at(-1) ?? 0,
    verdict:
      resident > memory
        ? 'ABOVE ITS MEMORY'
        : !most
          ? 'too few samples'
          : grownBy(most) > boundBytes
            ? 'GROWS'
            : 'flat',
  }
}

export const isBad = ({ verdict }: Line): boolean =>
  verdict === 'GROWS' || verdict === 'ABOVE ITS MEMORY'

const mebibytes = (bytes: number): string => (bytes / (1024 * 1024)).toFixed(1).padStart(9)

/** The lines as a table, and below it how many responses had which status. */
export function tableOf(lines: Line[], counts: Record<string, number>): string {
  const head = `${'MiB'.padEnd(26)}processes    first    least     last resident  reachable memory`
  const rows = lines.map(({ name, processes, first, least, last, resident, verdict }) => {
    const cells = [first, least, last, resident].map(mebibytes).join('')
    return `${name.padEnd(26)}${String(processes).padStart(9)}${cells}  ${verdict}`
  })
  const sent = Object.values(counts).reduce((sum, each) => sum + each, 0)
  const statuses = Object.entries(counts).map(([status, count]) => `${status}: ${count}`)
  return ['', head, ...rows, `${sent} requests (${statuses.join(', ')})`].join('\n')
}
