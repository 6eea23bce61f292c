import { numberOf, Refused, readArguments } from '../../cli/arguments.ts'
import { stackHelp, stackOptions } from '../stack/live-stack.ts'
import type { Held } from './held-messages.ts'

const help = `npm run redrive -- [list | show | resend | drop] [options]

Shows and moves the messages that need a person. In the quarantine are messages that can never be
stored as they are, with persist's reason; the request of each is parked and can still be read. In
the dead-letter queue (dead) are messages that were received 1,000 times (17 hours) and never
acknowledged.

  list             lists all of them (the default)
  show             shows the chosen ones in full, without their bodies
  resend           sends the chosen ones again, the lowest number first, with new deduplication
                   ids. Their requests are no longer parked, and due. A message whose reason is
                   not gone comes back
  drop             removes the chosen ones from the queue. Parked requests stay as they are and
                   can still be read

  --message ID     chooses one message; may be repeated
  --reason TEXT    chooses all messages with this reason, e.g. collision
  --all            chooses all messages
  --queue NAME     quarantine (default) or dead
  --limit N        how many messages to look at (default: 1000). Of a FIFO queue (dead) at most 10
                   of each chat are seen at once
  --apply          do it: without this, resend and drop only print what they would do
  --show-body      print the bodies too: they are what people wrote

${stackHelp}

While the command runs, the messages that it looks at are hidden from other commands, for 5
minutes at most.
Exit code 0: done; 2: refused; 130: interrupted.`

const options = {
  ...stackOptions,
  message: { type: 'string', multiple: true },
  reason: { type: 'string' },
  all: { type: 'boolean' },
  queue: { type: 'string', default: 'quarantine' },
  limit: { type: 'string', default: '1000' },
  apply: { type: 'boolean', default: false },
  'show-body': { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof readArguments<typeof options>>['values']

const commands = ['list', 'show', 'resend', 'drop'] as const
export type Command = (typeof commands)[number]

/** What the person asks for. */
export interface Asked {
  command: Command
  /** The command changes something, if `apply` is set. */
  changes: boolean
  apply: boolean
  queue: 'quarantine' | 'dead'
  limit: number
  showBody: boolean
  values: Values
}

/** Throws Refused, with what is wrong. */
export function askedOnCommandLine(): Asked {
  const { values, positionals } = readArguments(help, options, true)
  const command = commandOf(positionals)
  if (values.queue !== 'quarantine' && values.queue !== 'dead')
    throw new Refused(`--queue ${values.queue}: quarantine or dead`)
  if (command !== 'list' && !values.message && values.reason === undefined && !values.all)
    throw new Refused(`${command}: choose by --message, --reason or --all`)
  return {
    command,
    changes: command === 'resend' || command === 'drop',
    apply: values.apply,
    queue: values.queue,
    limit: numberOf('limit', values.limit, { min: 1, max: 100_000 }),
    showBody: values['show-body'],
    values,
  }
}

function commandOf([name = 'list', ...more]: string[]): Command {
  const command = commands.find((known) => known === name)
  if (!command || more.length > 0) throw new Refused(`one of ${commands.join(', ')}\n\n${help}`)
  return command
}

/** The messages that the person has chosen; `list` takes all. */
export const choose = ({ command, values }: Asked, held: Held[]): Held[] =>
  held.filter(
    ({ id, reason }) =>
      command === 'list' ||
      Boolean(values.all) ||
      (values.message ?? []).includes(id) ||
      reason === values.reason,
  )
