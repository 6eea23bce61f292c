import fc from 'fast-check'
import type { Attribute, Key, Table } from '../../../functions/protocol/ports/table.ts'
import type { Step } from './protocol-steps.ts'

export const rawKeys: Key[] = ['one', 'two'].map((sk) => ({ pk: 'raw', sk }))

const names = { '#a': 'a', '#b': 'b', '#m': 'm', '#k': 'k', '#pk': 'pk' }
const values = { ':n': 2, ':z': 0, ':s': 'text', ':t': true, ':u': null, ':o': { k: 1, l: 'x' } }
const attribute = fc.constantFrom<Attribute>(...Object.values(values), 7, -1, 'tex', 'texts')

const path = fc.constantFrom('#a', '#b', '#m', '#m.#k')
const value = fc.constantFrom(...Object.keys(values))
const number = fc.constantFrom(':n', ':z')

/**
 * Attributes are compared with values only: of two attributes that are both missing the endpoint
 * says that they are equal, AWS does not.
 */
const term = fc.oneof(
  path.map((of) => `attribute_exists(${of})`),
  path.map((of) => `attribute_not_exists(${of})`),
  fc.constant('attribute_exists(#pk)'),
  fc.tuple(path, fc.constantFrom('=', '<', '<=', '>', '>='), value).map((parts) => parts.join(' ')),
  fc.tuple(path, number, number).map(([of, low, high]) => `${of} BETWEEN ${low} AND ${high}`),
)
const condition = fc.option(
  fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.join(' AND ')),
  { nil: undefined },
)

const assigned = fc.oneof(
  value,
  path,
  fc.tuple(fc.oneof(path, number), fc.oneof(path, number)).map((parts) => parts.join(' + ')),
)
/**
 * ADD and REMOVE take whole attributes only: where a map is missing AWS refuses a path through it,
 * the endpoint does not.
 */
const clause = (path: string) =>
  fc.oneof(
    assigned.map((right) => ({ clause: 'SET', part: `${path} = ${right}` })),
    number.map((right) => ({ clause: 'ADD', part: `${path.slice(0, 2)} ${right}` })),
    fc.constant({ clause: 'REMOVE', part: path.slice(0, 2) }),
  )
/** Each path once: DynamoDB refuses paths that overlap. */
const update = fc
  .uniqueArray(fc.constantFrom('#a', '#b', '#m', '#m.#k'), {
    minLength: 1,
    maxLength: 3,
    selector: (of) => of.slice(0, 2),
  })
  .chain((paths) => fc.tuple(...paths.map(clause)))
  .map((parts) =>
    Object.entries(Object.groupBy(parts, ({ clause }) => clause))
      .map(([clause, of = []]) => `${clause} ${of.map(({ part }) => part).join(', ')}`)
      .join(' '),
  )

/** The names and values that the expressions use: others are refused. */
function used(...expressions: (string | undefined)[]) {
  const found = new Set(expressions.flatMap((expression) => expression?.match(/[#:]\w+/g) ?? []))
  const pick = <T>(from: Record<string, T>) =>
    Object.fromEntries(Object.entries(from).filter(([name]) => found.has(name)))
  const [n, v] = [pick<string>(names), pick<Attribute>(values)]
  return {
    ...(Object.keys(n).length > 0 ? { ExpressionAttributeNames: n } : {}),
    ...(Object.keys(v).length > 0 ? { ExpressionAttributeValues: v } : {}),
  }
}
const conditional = (expression: string | undefined) =>
  expression === undefined ? {} : { ConditionExpression: expression }

const key = fc.constantFrom(...rawKeys)
const item = fc.record({ a: attribute, b: attribute, m: attribute }, { requiredKeys: [] })
const put = fc.record({ key, item, condition }).map(({ key, item, condition }) => ({
  Item: { ...key, ...item },
  ...conditional(condition),
  ...used(condition),
}))
const updating = fc.record({ key, update, condition }).map(({ key, update, condition }) => ({
  Key: key,
  UpdateExpression: update,
  ...conditional(condition),
  ...used(update, condition),
}))
const deleting = fc
  .record({ key, condition })
  .map(({ key, condition }) => ({ Key: key, ...conditional(condition), ...used(condition) }))

const step = (input: object, run: Step['run']): Step => {
  const name = JSON.stringify(input)
  return { name, run, ...{ [fc.toStringMethod]: () => name } }
}

/**
 * A random write, alone or two in a transaction (each of another item), or a name that nothing
 * uses.
 */
export const rawStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: put.map((input) => step(input, (table: Table) => table.put(input))) },
  { weight: 6, arbitrary: updating.map((input) => step(input, (table) => table.update(input))) },
  { weight: 1, arbitrary: deleting.map((input) => step(input, (table) => table.delete(input))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(put, updating)
      .map(([a, b]) => [
        { ...a, Item: { ...a.Item, sk: 'one' } },
        { ...b, Key: { ...b.Key, sk: 'two' } },
      ])
      .map((inputs) => step(inputs, (table) => table.transact(inputs))),
  },
  {
    weight: 1,
    arbitrary: updating
      .map((input) => ({ ...input, ExpressionAttributeNames: { ...names, '#never': 'never' } }))
      .map((input) => step(input, (table) => table.update(input))),
  },
)
