/** Shows how far long work is: one line that changes on a terminal, a line every 10 s in a log. */
export interface Progress {
  show(line: () => string): void
  /** Ends the changing line, so that what is printed next begins on its own. */
  end(): void
}

const everyMs = { terminal: 100, log: 10_000 }

/** Progress on a stream. stderr by default, because stdout is for a command's results. */
export function progressOn(stream: NodeJS.WriteStream = process.stderr): Progress {
  const terminal = stream.isTTY === true
  let last = terminal ? 0 : Date.now()
  let open = false
  return {
    show(line) {
      const now = Date.now()
      if (now - last < (terminal ? everyMs.terminal : everyMs.log)) return
      last = now
      const text = terminal ? line().slice(0, (stream.columns ?? 80) - 1) : line()
      stream.write(terminal ? `\r\x1b[K${text}` : `${text}\n`)
      open = terminal
    },
    end() {
      if (open) stream.write('\r\x1b[K')
      open = false
    },
  }
}

/** `[#####.....] 50/100  12.5/s  0:04 left` */
export function bar(done: number, total: number, seconds: number): string {
  const filled = total === 0 ? 20 : Math.floor((20 * done) / total)
  const rate = seconds > 0 ? done / seconds : 0
  const left = rate > 0 ? Math.ceil((total - done) / rate) : 0
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  return `[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}] ${done}/${total}  ${rate.toFixed(1)}/s  ${time} left`
}
