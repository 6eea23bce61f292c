import { isDeepStrictEqual } from 'node:util'
import type { Attribute, Item } from '../../../functions/protocol/ports/table.ts'

/**
 * DynamoDB's expressions, as far as the protocol uses them: AND, comparisons, BETWEEN,
 * attribute_(not_)exists; SET with `+`, ADD, REMOVE. Anything else throws: an expression that is
 * not understood must not pass as true.
 */
export interface Names {
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, Attribute>
}

/**
 * A deep copy of plain attributes: structuredClone takes ten times as long, and this is called at
 * every write.
 */
export function copyOf<T extends Attribute | undefined>(value: T): T
export function copyOf(value: Attribute | undefined): Attribute | undefined {
  if (typeof value !== 'object' || value === null) return value
  const copy: Item = {}
  for (const [name, inner] of Object.entries(value)) copy[name] = copyOf(inner)
  return copy
}

/**
 * Remembers what was made of a text: a schedule evaluates the same few hundred expressions a
 * hundred thousand times.
 */
function remembered<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text) ?? make(text)
    known.set(text, found)
    return found
  }
}

const namesIn = remembered((expression) => new Set(expression.match(/[#:]\w+/g)))

/** What DynamoDB refuses before it looks at the item: a name or a value that no expression uses. */
export function checkUsed(names: Names, ...expressions: (string | undefined)[]): void {
  const used = expressions.filter((expression) => expression !== undefined).map(namesIn)
  for (const given of [names.ExpressionAttributeNames, names.ExpressionAttributeValues]) {
    const all = Object.keys(given ?? {})
    for (const name of all)
      if (!used.some((one) => one.has(name))) throw new Error(`${name} is in no expression`)
    if (given && all.length === 0) throw new Error('names or values are empty')
  }
}

const pathOf = (text: string, names: Names): string[] =>
  text.split('.').map((part) => {
    const name = names.ExpressionAttributeNames?.[part]
    if (name === undefined) throw new Error(`the name ${part} is not defined`)
    return name
  })

function get(item: Item | undefined, path: string[]): Attribute | undefined {
  let at: Attribute | undefined = item
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = at[name]
  }
  return at
}

/** The map that holds the path's last name; DynamoDB refuses a path through what is not there. */
function holder(item: Item, path: string[]): Item {
  const at = get(item, path.slice(0, -1))
  if (typeof at !== 'object' || at === null)
    throw new Error(`the document path ${path.join('.')} is not valid`)
  return at
}

function operand(text: string, item: Item | undefined, names: Names): Attribute | undefined {
  if (!text.startsWith(':')) return get(item, pathOf(text, names))
  const value = names.ExpressionAttributeValues?.[text]
  if (value === undefined) throw new Error(`the value ${text} is not defined`)
  return value
}

function compare(
  left: Attribute | undefined,
  operator: string,
  right: Attribute | undefined,
): boolean {
  if (left === undefined || right === undefined) return false
  if (operator === '=') return isDeepStrictEqual(left, right)
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string'))
    return false
  if (typeof right !== 'number' && typeof right !== 'string') return false
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  if (operator === '>') return left > right
  if (operator === '>=') return left >= right
  throw new Error(`the operator ${operator} is not known`)
}

type Term = (item: Item | undefined, names: Names) => boolean

function termOf(text: string): Term {
  const exists = /^attribute_(not_)?exists\(([#.\w]+)\)$/.exec(text)
  if (exists) {
    const [, not, path = ''] = exists
    return (item, names) => (get(item, pathOf(path, names)) !== undefined) !== (not !== undefined)
  }
  const between = /^([#.\w]+) BETWEEN (:\w+) AND (:\w+)$/.exec(text)
  if (between) {
    const [, name = '', low = '', high = ''] = between
    return (item, names) => {
      const [value, from, to] = [name, low, high].map((text) => operand(text, item, names))
      if (!compare(from, '<=', to)) throw new Error(`the bounds of ${text} are not in order`)
      return compare(value, '>=', from) && compare(value, '<=', to)
    }
  }
  const [left = '', operator = '', right = '', ...rest] = text.split(' ')
  if (rest.length > 0) throw new Error(`the condition ${text} is not understood`)
  return (item, names) => compare(operand(left, item, names), operator, operand(right, item, names))
}

const termsOf = remembered((expression) =>
  expression.split(/ AND (?!:)/).map((text) => termOf(text.trim())),
)

/** Whether the item (undefined: there is none) meets the condition. */
export function meets(
  expression: string | undefined,
  item: Item | undefined,
  names: Names,
): boolean {
  if (expression === undefined) return true
  // All terms, also behind one that fails: what is refused is refused whatever the item holds.
  const met = termsOf(expression).map((term) => term(item, names))
  return met.every((one) => one)
}

const clauses = remembered((expression): [string, string[]][] =>
  [...expression.matchAll(/(SET|ADD|REMOVE) (.*?)(?= SET | ADD | REMOVE |$)/gs)].map((match) => [
    String(match[1]),
    String(match[2])
      .split(',')
      .map((part) => part.trim()),
  ]),
)

function sum(text: string, item: Item, names: Names): Attribute {
  const values = text.split(' + ').map((part) => operand(part, item, names))
  const [first] = values
  if (values.length === 1 && first !== undefined) return first
  return values.reduce<number>((total, value) => {
    if (typeof value !== 'number') throw new Error(`an operand of ${text} is no number`)
    return total + value
  }, 0)
}

/** The item after the update. All operands are values of the item before it, as in DynamoDB. */
export function updated(expression: string, before: Item, names: Names): Item {
  const after = copyOf(before)
  for (const [clause, parts] of clauses(expression)) {
    for (const part of parts) {
      if (clause === 'SET') {
        const [left = '', right = ''] = part.split(' = ')
        const path = pathOf(left, names)
        holder(after, path)[String(path.at(-1))] = copyOf(sum(right, before, names))
      } else if (clause === 'ADD') {
        const [left = '', right = ''] = part.split(' ')
        const path = pathOf(left, names)
        const held = get(before, path)
        const [old, by] = [held === undefined ? 0 : held, operand(right, before, names)]
        if (typeof old !== 'number' || typeof by !== 'number') throw new Error('ADD is for numbers')
        holder(after, path)[String(path.at(-1))] = old + by
      } else {
        const path = pathOf(part, names)
        delete holder(after, path)[String(path.at(-1))]
      }
    }
  }
  return after
}
