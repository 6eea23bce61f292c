/**
 * Something that the person at the terminal can mend. The message says what to do, and is printed
 * without a stack.
 */
export class CannotStart extends Error {
  override name = 'CannotStart'
}

/** Ctrl-C or a signal. `ready`: all was running when it came. */
export class Interrupted extends Error {
  override name = 'Interrupted'
  ready = false
}
