/** `accepted`: numbered and safe, on its way to MySQL. `stored`: its newest representation is a row. */
export type Status = 'accepted' | 'stored'
