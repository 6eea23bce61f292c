import { deployedRate } from '../functions/limits/limits.ts'

/** The settings whose default depends on the stage. chat.config.ts explains them. */
export interface Usual {
  readonly data: 'kept' | 'deleted'
  readonly zones: number
  readonly minCapacity: number
  readonly maxCapacity: number
  readonly readers: number
  readonly backupDays: number
  readonly search: 'domain' | 'none'
  readonly searchNodes: number
  readonly searchNodeType: string
  readonly searchVolumeGiB: number
  readonly searchMasters: number
  readonly searchMasterType: string
  readonly requestsPerAddress: number | 'none'
}

/** For `prod`: it outlives the loss of a zone, and of a node of everything. */
export const large: Usual = {
  data: 'kept',
  zones: 2,
  minCapacity: 0.5,
  maxCapacity: 16,
  readers: 1,
  backupDays: 14,
  search: 'domain',
  searchNodes: 2,
  searchNodeType: 't3.small.search',
  searchVolumeGiB: 20,
  searchMasters: 3,
  searchMasterType: 'm7g.medium.search',
  // What an application may ask in 5 minutes: a client may be a server that asks for all people of
  // its application.
  requestsPerAddress: 300 * deployedRate.perSecond,
}

/**
 * For every other stage: nearly nothing while nobody uses it. Aurora pauses, and MySQL searches, so
 * that nothing wakes it. Backups are kept for the one day that Aurora wants.
 */
export const small: Usual = {
  data: 'deleted',
  zones: 1,
  minCapacity: 0,
  maxCapacity: 2,
  readers: 0,
  backupDays: 1,
  search: 'none',
  searchNodes: 1,
  searchNodeType: 't3.small.search',
  searchVolumeGiB: 10,
  searchMasters: 0,
  searchMasterType: 'm7g.medium.search',
  requestsPerAddress: 'none',
}
