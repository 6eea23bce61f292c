import { isDeepStrictEqual } from 'node:util'
import type { Attribute, Item } from '../../functions/protocol/ports.ts'

/**
 * DynamoDB's expressions, as far as the protocol uses them: AND, comparisons, BETWEEN, attribute_(not_)exists; SET with
 * `+`, ADD, REMOVE. Anything else throws: an expression that is not understood must not pass as true.
 */
export interface Names {
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, Attribute>
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

function compare(left: Attribute | undefined, operator: string, right: Attribute | undefined): boolean {
  if (left === undefined || right === undefined) return false
  if (operator === '=') return isDeepStrictEqual(left, right)
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string')) return false
  if (typeof right !== 'number' && typeof right !== 'string') return false
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  if (operator === '>') return left > right
  if (operator === '>=') return left >= right
  throw new Error(`the operator ${operator} is not known`)
}

function term(text: string, item: Item | undefined, names: Names): boolean {
  const exists = /^attribute_(not_)?exists\(([#.\w]+)\)$/.exec(text)
  if (exists) return (get(item, pathOf(String(exists[2]), names)) !== undefined) !== (exists[1] !== undefined)
  const between = /^([#.\w]+) BETWEEN (:\w+) AND (:\w+)$/.exec(text)
  if (between) {
    const [, name = '', low = '', high = ''] = between
    const value = operand(name, item, names)
    return compare(value, '>=', operand(low, item, names)) && compare(value, '<=', operand(high, item, names))
  }
  const [left = '', operator = '', right = '', ...rest] = text.split(' ')
  if (rest.length > 0) throw new Error(`the condition ${text} is not understood`)
  return compare(operand(left, item, names), operator, operand(right, item, names))
}

/** Whether the item (undefined: there is none) meets the condition. */
export function meets(expression: string | undefined, item: Item | undefined, names: Names): boolean {
  if (expression === undefined) return true
  return expression.split(/ AND (?!:)/).every((text) => term(text.trim(), item, names))
}

const clauses = (expression: string): [string, string[]][] =>
  [...expression.matchAll(/(SET|ADD|REMOVE) (.*?)(?= SET | ADD | REMOVE |$)/gs)].map((match) => [
    String(match[1]),
    String(match[2])
      .split(',')
      .map((part) => part.trim()),
  ])

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
  const after = structuredClone(before)
  for (const [clause, parts] of clauses(expression)) {
    for (const part of parts) {
      if (clause === 'SET') {
        const [left = '', right = ''] = part.split(' = ')
        const path = pathOf(left, names)
        holder(after, path)[String(path.at(-1))] = structuredClone(sum(right, before, names))
      } else if (clause === 'ADD') {
        const [left = '', right = ''] = part.split(' ')
        const path = pathOf(left, names)
        const old = get(before, path) ?? 0
        const by = operand(right, before, names)
        if (typeof old !== 'number' || typeof by !== 'number') throw new Error('ADD is for numbers')
        holder(after, path)[String(path.at(-1))] = old + by
      } else {
        const path = pathOf(part, names)
        const map = get(after, path.slice(0, -1))
        if (typeof map === 'object' && map !== null) delete map[String(path.at(-1))]
      }
    }
  }
  return after
}
