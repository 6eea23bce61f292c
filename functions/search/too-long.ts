/** A search looked through so much that its time was up. */
export class SearchTooLong extends Error {
  override name = 'SearchTooLong'
}
