/** So many searches run in MySQL already that this one got no turn. */
export class SearchesBusy extends Error {
  override name = 'SearchesBusy'
}
