/**
 * What search takes for equal: texts are folded before they are compared, indexed or looked for, by
 * this function alone. So the index, the fallback, the overlay and the highlights cannot disagree,
 * whatever Unicode version the JVM or MySQL knows: OpenSearch gets folded text and folds nothing
 * itself.
 *
 * It is `toLowerCase()` of each code point by itself, with İ as i. Of a whole string JavaScript
 * makes a final ς of the last Σ of a word and two code points of İ, the only two that depend on the
 * neighbours or change the length (Unicode's SpecialCasing.txt, root locale): replaced first, the
 * whole string can be done at once, much faster. Code points stay what and where they are, so
 * offsets in the folded text are offsets in the text.
 */
export const fold = (text: string): string =>
  text.replaceAll('İ', 'i').replaceAll('Σ', 'σ').toLowerCase()
