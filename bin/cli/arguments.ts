import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/**
 * The command line cannot be understood, or what it asks for cannot be done. The message is one
 * line for the person.
 */
export class Refused extends Error {
  override name = 'Refused'
}

/**
 * The options of a command line, as node:util's parseArgs returns them. With --help or -h it prints
 * `help` and exits with 0. `positional`: words without dashes are allowed. Throws Refused with what
 * is wrong.
 */
export function readArguments<O extends ParseArgsOptionsConfig>(
  help: string,
  options: O,
  positional = false,
) {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    console.log(help)
    process.exit(0)
  }
  try {
    return parseArgs({ options, allowPositionals: positional, strict: true })
  } catch (error) {
    throw new Refused(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
  }
}

/**
 * A number from a command line. Throws Refused when it is none, or is out of the bounds, which are
 * inclusive.
 */
export function numberOf(
  name: string,
  text: string,
  { min = 0, max = 1e15, whole = true } = {},
): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= min && value <= max) || (whole && !Number.isInteger(value)))
    throw new Refused(
      `--${name} ${text}: ${whole ? 'a whole number' : 'a number'} from ${min} to ${max}`,
    )
  return value
}

/**
 * Runs a command and sets the exit code that it returns. A Refused is printed as its line and sets
 * 2; any other error rises, with its stack.
 */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
}
