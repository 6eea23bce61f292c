import * as v from 'valibot'
import { messageEntries } from './message.ts'
import { count } from './status.ts'

/**
 * Ranges that are shown of one message: the highlights of a body of nothing but the term would else
 * be many times as long as the body.
 */
export const highlightsLimit = 1_000

const offset = (description: string, example: number) =>
  v.pipe(count, v.description(description), v.examples([example]))

/** Where in a body a term stands. */
export const highlightSchema = v.strictObject({
  start: offset('Code points of the body before it.', 2),
  end: offset('The first code point behind it.', 5),
})

/** A message as a search shows it, with where the term stands in its body. */
export const hitResponse = v.strictObject({
  ...messageEntries,
  highlights: v.pipe(
    v.array(highlightSchema),
    v.maxLength(highlightsLimit),
    v.description(
      `Where the term stands in the body: ascending, the first ${highlightsLimit} at most.`,
    ),
  ),
  highlights_truncated: v.pipe(
    v.boolean(),
    v.description('Whether there are more highlights than are given.'),
    v.examples([false]),
  ),
})
