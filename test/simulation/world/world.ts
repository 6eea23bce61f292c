/** A seeded source of chance (mulberry32): the same seed, the same schedule. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A function instance, or a command: once it is killed none of its calls ever comes back. */
export interface Process {
  name: string
  alive: boolean
}

interface Event {
  at: number
  order: number
  run: () => void
}

/**
 * Virtual time. Everything that happens is an event. The loop takes the earliest, runs it, and lets
 * all promises that follow from it settle before the next. Nothing waits in real time, or depends
 * on it.
 */
export interface World {
  now: number
  random: () => number
  /** Runs `run` after `ms`; the order of events in the same millisecond is random. */
  after(ms: number, run: () => void): Event
  cancel(event: Event): void
  /** Runs events until `until` (virtual ms); resolves when there are none before it. */
  run(until: number): Promise<void>
  note(line: string): void
  history: string[]
  /** Errors of the code itself (crash.ts), each once. */
  crashes: Set<string>
}

/** A binary heap: the earliest event first. */
function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function push(heap: Event[], event: Event): void {
  heap.push(event)
  for (let i = heap.length - 1; i > 0; ) {
    const up = (i - 1) >> 1
    const parent = heap[up]
    if (!parent || !before(event, parent)) break
    heap[i] = parent
    heap[up] = event
    i = up
  }
}

function pop(heap: Event[]): Event | undefined {
  const top = heap[0]
  const last = heap.pop()
  if (!top || !last || heap.length === 0) return top
  heap[0] = last
  for (let i = 0; ; ) {
    let least = i
    for (const child of [2 * i + 1, 2 * i + 2]) {
      const a = heap[child]
      const b = heap[least]
      if (a && b && before(a, b)) least = child
    }
    if (least === i) break
    const a = heap[i]
    const b = heap[least]
    if (!a || !b) break
    heap[i] = b
    heap[least] = a
    i = least
  }
  return top
}

/**
 * Resolves when no promise has anything left to do: Node runs a tick after that. (An immediate
 * would wait for the operating system as well.)
 */
const settled = () => new Promise<void>((resolve) => process.nextTick(resolve))

/** A world at `start` (ms since 1970) whose chance comes from `seed`. */
export function worldOf(seed: number, start: number): World {
  const random = randomOf(seed)
  const heap: Event[] = []
  const cancelled = new Set<Event>()
  const world: World = {
    now: start,
    random,
    history: [],
    crashes: new Set(),
    after(ms, run) {
      const event = { at: world.now + Math.max(0, Math.round(ms)), order: random(), run }
      push(heap, event)
      return event
    },
    cancel: (event) => {
      cancelled.add(event)
    },
    async run(until) {
      for (let next = heap[0]; next && next.at <= until; next = heap[0]) {
        pop(heap)
        if (cancelled.delete(next)) continue
        world.now = next.at
        next.run()
        await settled()
      }
      world.now = Math.max(world.now, until)
    },
    note(line) {
      world.history.push(`${String(world.now - start).padStart(9)} ms  ${line}`)
    },
  }
  return world
}
