/** Something that the person can mend; the message is one line that says what to do. */
export class CannotRun extends Error {}

/** Ctrl-C or a signal came; `code` is the exit code. */
export class Stopped extends Error {
  constructor(code) {
    super('stopped')
    this.code = code
  }
}
