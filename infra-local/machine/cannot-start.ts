/**
 * What the person at the terminal can mend: the message is one line that says what to do. Printed
 * without a stack.
 */
export class CannotStart extends Error {
  override name = 'CannotStart'
}

/** Ctrl-C or a signal: `ready` tells whether it came when all ran. */
export class Interrupted extends Error {
  override name = 'Interrupted'
  ready = false
}
