/** The time of a search was over before it had looked through everything. */
export class SearchTooLong extends Error {
  override name = 'SearchTooLong'
}
