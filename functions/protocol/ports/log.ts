/**
 * Every line that the functions write, by the `event` that it carries, and what it means.
 * docs/operating.md lists the events in the same words ("Log lines"), and names in the section of
 * each alarm those to look for; test/protocol/ports/log.test.ts holds both together.
 */
export const logEvents = {
  request:
    'A request to the API ended: `operation`, `method`, `status`, `ms`, `request_id`, `app` (the ' +
    'internal key of the application in its path), `source` (the address that it came from); for a ' +
    '5xx also `error`, the chain of causes with their stack frames.',
  rate_unchecked:
    'The rate of an application could not be looked up (`error`), and its request went on.',
  left_to_sweep:
    'An accept or an edit has its number, but a later step failed (`step`: `owed` or `send`, ' +
    '`error`), or was left out because the queue is deep; the sweep repeats it.',
  persisted:
    'Persist ended one batch of the queue. Counted in deliveries: `messages` (all that came), ' +
    '`returned` (back to the queue), `quarantined` (no envelope of this system). In requests: ' +
    '`parked`. In numbers, of which a batch of messages has one for each: `stored`. `ms`: how ' +
    'long it took.',
  persist_failed:
    'A step of persist failed (`step`: `quarantine`, `store`, `owed`, `settle`, `index`, `park`, ' +
    '`visibility` or `batch`, which is all else; `error`: the first one). What is not done goes ' +
    'back to the queue; what is not indexed waits for reindex.',
  parked:
    'A request can never be stored as it is (`reason`): it is parked, its message is in ' +
    'quarantine. `parent` (`chat#<key>#<chat>` for a message), `number` and `rev` name it.',
  quarantined:
    'A message is no envelope of this system (`reason`): it is in quarantine, and no request is ' +
    'parked for it.',
  index_refused_once:
    'OpenSearch refused `documents` of a batch of persist with 400. They are not counted yet: ' +
    'reindex offers them once more.',
  index_refused_for_good:
    'OpenSearch refused a message with 400 when reindex offered it: it is counted, searches find ' +
    'it through MySQL, and it is not offered again until it is edited.',
  index_away:
    'OpenSearch did not take a bulk of documents, or not in time (`error`); they stay in the ' +
    'outbox for reindex.',
  search_by_mysql:
    'OpenSearch did not answer a search, or not completely (`error`, `status`); MySQL answered it.',
  swept:
    'A run of the sweep ended: how many requests were due, were sent, were held back (`held`: the ' +
    'queue is deep), failed, expired; `away`: the queue did not answer.',
  sweep_failed:
    'A step of the sweep failed for one request or parent (`step`, `where`, `error`); the others ' +
    'went on, and it is tried again.',
  queue_away: 'SQS did not answer the sweep (`error`), which then stopped; what is due stays due.',
  reindexed:
    'A run of reindex ended: how many messages were indexed and refused; `done`: nothing is left.',
  index_refilling:
    'Reindex puts all rows into the outbox again for an index that is new, and has come to this ' +
    'message.',
  index_complete:
    'The outbox lists all that a new index lacks; searches use that index from now on.',
  schema_migrated: 'A deploy brought the schema of MySQL up to date by the migrations `applied`.',
  index_ready: 'A deploy found the index of OpenSearch, or made it (`made`).',
  index_left_to_reindex:
    'A deploy could not make the index (`error`) and went on; reindex makes and fills it.',
  counters_restored:
    'Counters were compared with MySQL: how many parents so far, how many counters made and ' +
    'raised; `complete`: all are.',
  counters_incomplete:
    'A deploy ended before all counters were compared with MySQL; `advice` says what does the ' +
    'rest.',
  audit_progress: 'An audit has read this much.',
  metrics:
    "Counts in CloudWatch's embedded metric format: `Stored`, `Collisions`, `Parked`, " +
    '`Quarantined`, `Returned`, `IndexRefused`, `RateUnchecked`.',
} as const

export type LogEvent = keyof typeof logEvents

/** What the functions count by lines `metrics`; the alarms of lib/alarm-rules.ts watch some. */
export type Metric =
  | 'Stored'
  | 'Collisions'
  | 'Parked'
  | 'Quarantined'
  | 'Returned'
  | 'IndexRefused'
  | 'RateUnchecked'

/** Writes one line. Never bodies, tokens or keys: numbers, internal keys, counts, error names. */
export type Log = (event: LogEvent, fields?: Record<string, unknown>) => void
