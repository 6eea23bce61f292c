import type { Config } from './lib/config.ts'

/**
 * The settings of your deploys: this file is yours to edit, and to commit. `npx cdk deploy --all`
 * deploys the stage `prod`; `-c stage=dev`, or any other name, a system of its own beside it, whose
 * stacks are `chat-dev-stores` and `chat-dev`.
 *
 * What stands in `everywhere` is for all stages; what stands in a stage comes before it. What is
 * left out has its default. A name or a value that is wrong stops the synth. `-c name=value` sets
 * one for a single deploy, and warns that the next one forgets it.
 *
 * operatorKeySha256          who may create and list applications: the hash of a key, or several
 *                            separated by commas. `npm run operator-key` prints both; the key
 *                            itself never enters a deploy
 * listingKeySha256           who may list them, where that is to be another key: it creates none,
 *                            and that one lists none
 * operatorKey                'open': anybody may create applications, nobody can list them. This or
 *                            operatorKeySha256 is needed, else a deploy stops
 * alarmEmail                 who gets the alarms; AWS asks the address to confirm
 * data                       what happens to table, cluster and domain when they are to be deleted.
 *                            'protected': nobody can delete them, nor the stacks; for a system that
 *                            is complete (docs/deploying.md). 'kept' (the default of prod): they
 *                            stay when a stack goes. 'deleted' (the default of all others): they go
 *                            with it
 *
 * Limits. GET /limits shows what is in force
 * maxBodyBytes               of a message's body: 1 to 32768, 16384 by default. That of a whole
 *                            request follows: 128 KiB, or one message with every character escaped
 * maxMetadataBytes           of a message's metadata: 2 to 8192, 4096 by default
 * maxNameCharacters          of an application's name: 1 to 255, 255 by default
 * maxTitleCharacters         of a chat's title: 1 to 255, 255 by default
 * maxSenderCharacters        of a message's sender: 1 to 255, 255 by default
 * maxTermCharacters          of a search: 1 to 256, 256 by default
 * maxBatchMessages           messages in one create: 1 to 100, 100 by default
 * maxPageItems               of a list: 50 to 1000, 1000 by default
 * ratePerSecond              what each application may ask all the time, in requests a second: 500
 *                            by default, or 'none' for no limit
 * rateBurst                  and at once: 5000 by default, or as many as the rate that is set
 *
 * reservedConcurrency        instances of Lambda that are kept for each of the four functions that
 *                            create (and the most that each may have), and 20 for persist: reads
 *                            that wait for MySQL cannot take these. Unset, only the two schedules
 *                            have one each. The quota of the account must be above 122 and four
 *                            times this number. 'off': nothing is kept, for an account whose quota
 *                            is 10
 *
 * Throttles of the gateway, in requests a second of all clients together, and twice as many at once
 * throttle                   of each method of each path: 1000 by default
 * throttleSearch             of searches: 200
 * throttleHealth             of GET /health: 50
 * throttleCreateApplication  of creating applications: 50, or 5 where these are open
 * throttleUnknown            of what is no route: 100
 *
 * requestsPerAddress         what one address may ask in 5 minutes, by a firewall (AWS WAF) before
 *                            the gateway: at least 10, or 'none' for no firewall. 150000 by
 *                            default in prod, where it costs 9 USD a month and 0.60 a million
 *                            requests; 'none' in all other stages
 * Sizes; in brackets the default of prod, and that of all other stages
 * zones                      over how many zones OpenSearch and the endpoint of SQS are spread: 1
 *                            or 2 (2; 1)
 * minCapacity, maxCapacity   units of Aurora, in halves, of 2 GiB each (0.5 and 16; 0 and 2). With
 *                            0 it pauses after 5 minutes, and resumes in about 15 s
 * readers                    of Aurora, which become the writer when that dies (1; 0)
 * backupDays                 in which MySQL can be restored to any second: 1 to 35 (14; 1)
 * search                     'domain', or 'none': then MySQL searches ('domain'; 'none')
 * searchNodes                of OpenSearch, a multiple of the zones (2; 1)
 * searchNodeType             of these ('t3.small.search')
 * searchVolumeGiB            of each node: 10 to 1024 (20; 10)
 * searchMasters              nodes that only lead: 0, 3 or 5 (3; 0)
 * searchMasterType           of these ('m7g.medium.search')
 *
 * flowLogs                   true, the default: what the network refuses is logged for a month
 * warmWritesPerSecond        what the table takes from its first second: 4000 to 40000 write units,
 *                            about 6 for a create. It cannot be lowered again
 * adopt                      the table, the cluster or the domain that a restore has made, to be
 *                            used in the place of the stack's own (docs/deploying.md, Restoring)
 *
 * basePath                   the path of the base address behind a domain of your own, such as
 *                            '/chat', or '' for none; '/v1' by default
 */
export default {
  everywhere: {},
  stages: {
    prod: {},
    dev: {},
  },
} satisfies Config
