import { Problem } from '../../functions/problems/problem.ts'

/** The Problem that `work` throws; anything else fails the test. */
export function problem(work: () => unknown): Problem {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
export const parameters = (error: Problem) => error.errors.map((each) => each.parameter)
