import { createHash } from 'node:crypto'

/**
 * The hash of a payload as a value: names in any order, and a field that is unset left out or
 * written down, are the same payload. An encoder may order the names of a map anew for every
 * request, and an honest client's repeat is spelled by it. Fields that are unset must be left out
 * (setFields): so a field that comes later changes no hash of a payload without it.
 */
export const hashOfValue = (value: unknown): string => hashOf(JSON.stringify(value, sorted))

/** The fields of a payload that say anything: not those that are what they would be unset. */
export const setFields = (
  fields: Readonly<Record<string, unknown>>,
  unset: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) => !Object.hasOwn(unset, name) || unset[name] !== value,
    ),
  )

/**
 * The hash as version 0.1 made it, of one spelling. Its requests are found by it for as long as
 * their keys are remembered: it can go a release after the one that brought hashOfValue, once that
 * has run for 24 hours.
 */
export const hashOfSpelling = (payload: object): string => hashOf(JSON.stringify(payload))

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** For JSON.stringify: an object with its names in the order of their UTF-16 units. */
const sorted = (_name: string, value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
