import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from '../simulation/arrange.ts'
import type { Mutant } from './mutants.ts'

/** A seed at which a mutant breaks a promise and the production code does not. */
export type Seed = Pick<Options, 'seed' | 'faults'>

const file = join(import.meta.dirname, 'caught.json')

/**
 * The kept seeds by the mutants' names: the tests are quick by them, and say when a catch is lost.
 */
export const readCaught = (): Record<string, Seed> => JSON.parse(readFileSync(file, 'utf8'))
export const writeCaught = (caught: Record<string, Seed>): void =>
  writeFileSync(file, `${JSON.stringify(caught, null, 2)}\n`)

/** The schedule of a seed for this mutant. */
export const scheduleFor = ({ needs }: Mutant, seed: Seed): Options => ({ ...needs, ...seed })
