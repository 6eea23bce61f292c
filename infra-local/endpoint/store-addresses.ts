import type { Aws } from '../engines/aws.ts'
import type { MySql } from '../engines/mysql.ts'
import type { OpenSearch } from '../engines/opensearch.ts'

const isThisMachine = (host: string) => ['127.0.0.1', 'localhost', '[::1]', '::1'].includes(host)

/**
 * The addresses of the stores as the functions reach them. Functions of MiniStack are processes of
 * this machine. Those of LocalStack are containers in the network of compose.yaml, where this
 * machine has another name. How those of a given endpoint reach this machine only the person knows
 * (FUNCTIONS_HOST).
 */
export function storeAddresses(aws: Aws, mysql: MySql, search: OpenSearch): Record<string, string> {
  const own = process.env.FUNCTIONS_HOST ?? (aws.inCompose ? 'host.docker.internal' : '127.0.0.1')
  const stores = { ...mysql.address, OPENSEARCH_URL: search.url }
  if (isThisMachine(stores.MYSQL_HOST)) stores.MYSQL_HOST = own
  if (aws.inCompose && mysql.inCompose) Object.assign(stores, mysql.inCompose)
  if (search.url && isThisMachine(new URL(search.url).hostname)) {
    const url = new URL(search.url)
    url.hostname = own
    stores.OPENSEARCH_URL = url.href.replace(/\/$/, '')
  }
  if (aws.inCompose && search.inCompose) stores.OPENSEARCH_URL = search.inCompose
  return stores
}
