import * as v from 'valibot'
import { messageEntries } from './message.ts'
import { count } from './status.ts'

/**
 * Ranges that are shown of one message: the highlights of a body of nothing but the term would else
 * be many times as long as the body.
 */
export const highlightsLimit = 1_000

/** A message as a search shows it, with where the term stands in its body. */
export const hitResponse = v.strictObject({
  ...messageEntries,
  highlights: v.pipe(
    v.array(v.strictObject({ start: count, end: count })),
    v.maxLength(highlightsLimit),
    v.description(
      `Code points of the body, \`end\` exclusive; ascending, the first ${highlightsLimit} at most`,
    ),
  ),
  highlights_truncated: v.pipe(
    v.boolean(),
    v.description('Whether there are more highlights than are given'),
  ),
})
