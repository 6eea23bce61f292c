import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { tableOf } from '../../functions/clients/dynamodb.ts'
import { queueOf } from '../../functions/clients/sqs.ts'
import { parentKey } from '../../functions/protocol/model/parent.ts'
import { numberOf, Refused, readArguments, runCommand } from '../cli/arguments.ts'
import { bar, progressOn } from '../cli/progress.ts'
import { liveStack, stackHelp, stackOptions } from './live-stack.ts'
import { placesOf } from './redrive/queues.ts'
import { type Held, receiveHeld, releaseHeld, removeHeld } from './redrive/receive.ts'
import { heldInOrder, sendHeldAgain, stateOf } from './redrive/send-again.ts'

const help = `npm run redrive -- [list | show | resend | drop] [options]

Messages that need a person. quarantine: what can never be stored as it is, with persist's reason; its request is
parked and still read. dead: what came 1,000 times (17 hours) and was never acknowledged.

  list             what is there (this is done when nothing is said)
  show             the chosen ones in full, without their bodies
  resend           sends the chosen ones again, the lowest number first, with new deduplication ids; their requests are
                   no longer parked, and due. When the reason is not gone they come back
  drop             takes the chosen ones out of the queue. Parked requests stay as they are, and are still read

  --message ID     chooses one; more than once for more
  --reason TEXT    chooses all of this reason, e.g. collision
  --all            chooses all
  --queue NAME     quarantine (said nothing) or dead
  --limit N        how many messages are looked at (1000). A FIFO queue (dead) shows at most 10 of each chat at once
  --apply          resend and drop only tell what they would do, unless this is said
  --show-body      print bodies, too: they are what people wrote

${stackHelp}

Listed messages are hidden from other commands while this one runs, at most for 5 minutes. Exit code 2: refused.`

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
type Command = (typeof commands)[number]

function commandOf([name = 'list', ...more]: string[], values: Values): Command {
  const command = commands.find((known) => known === name)
  if (!command || more.length > 0) throw new Refused(`one of ${commands.join(', ')}\n\n${help}`)
  if (values.queue !== 'quarantine' && values.queue !== 'dead')
    throw new Refused(`--queue ${values.queue}: quarantine or dead`)
  if (command !== 'list' && !values.message && values.reason === undefined && !values.all)
    throw new Refused(`${command}: choose by --message, --reason or --all`)
  return command
}

const isChosen = (values: Values) => (held: Held) =>
  Boolean(values.all) ||
  (values.message ?? []).includes(held.id) ||
  (values.reason !== undefined && held.reason === values.reason)

/** One line of a message; nothing of its body. */
function lineOf({ id, at, reason, reservation: of }: Held): string {
  const what = of
    ? `${of.act} ${parentKey(of.parent)}/${of.number}${of.values.length > 1 ? ` and ${of.values.length - 1} more` : ''} rev ${of.rev}`
    : 'unknown'
  return `${id}  ${new Date(at).toISOString()}  ${reason}  ${what}`
}

await runCommand(async () => {
  const { values, positionals } = readArguments(help, options, true)
  const command = commandOf(positionals, values)
  const limit = numberOf('limit', values.limit, { min: 1, max: 100_000 })
  const stack = liveStack(values)
  const client = new SQSClient({})
  const places = await placesOf(stack, client)
  const from = values.queue === 'dead' ? places.dead : places.quarantine
  const table = tableOf(new DynamoDBClient({}), places.table)
  const ports = { table, queue: queueOf(client, places.queue) }
  const held = new Set(
    heldInOrder(await receiveHeld(client, from, limit, 'given up after 1,000 attempts')),
  )
  let stopped = false
  process.once('SIGINT', () => {
    stopped = true
  })
  try {
    const chosen = command === 'list' ? [...held] : [...held].filter(isChosen(values))
    console.log(
      `${stack.name}, ${values.queue}: ${held.size} messages${command === 'list' ? '' : `, ${chosen.length} chosen`}`,
    )
    const applied = values.apply && (command === 'resend' || command === 'drop')
    const progress = progressOn()
    const started = performance.now()
    let done = 0
    for (const one of chosen) {
      if (stopped) break
      if (applied) {
        const taken = command === 'drop' || (await sendHeldAgain(ports, one, Date.now()))
        if (taken) {
          await removeHeld(client, from, one)
          held.delete(one)
          done += 1
        } else console.log(`${one.id}: is no envelope, it would come back at once`)
        progress.tell(() => bar(done, chosen.length, (performance.now() - started) / 1000))
        continue
      }
      console.log(lineOf(one))
      if (command !== 'list')
        console.log(`    rid ${one.reservation?.rid ?? '-'}, ${await stateOf(table, one)}`)
      if (values['show-body']) console.log(`    ${one.body}`)
    }
    progress.end()
    if (applied) console.log(`${done} ${command === 'drop' ? 'dropped' : 'sent again'}`)
    else if (command === 'resend' || command === 'drop')
      console.log(`nothing was done: --apply does it`)
    return stopped ? 130 : 0
  } finally {
    await releaseHeld(client, from, [...held])
    client.destroy()
  }
})
