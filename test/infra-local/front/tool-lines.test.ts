import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { type Reached, toolLines } from '../../../infra-local/front/tool-lines.ts'
import { freshAccess } from '../../../infra-local/machine/aws-access.ts'

const reached: Reached = {
  access: freshAccess('http://127.0.0.1:4566'),
  accessFile: "/home/it's me/.local/dev/aws.config",
  tableName: 'chat-Table-1',
  mysql: { MYSQL_HOST: '127.0.0.1', MYSQL_PORT: '3307', MYSQL_USER: 'app', MYSQL_DATABASE: 'chat' },
  mysqlFile: "/home/it's me/.local/dev/mysql.cnf",
  openSearchUrl: 'http://127.0.0.1:9202',
}

/** The words that the three tools get when the lines are pasted into a shell. */
function pasted(lines: string[]): string[] {
  const show = 'show() { local IFS="|"; echo "$*"; }'
  const tools = [
    'mysql() { show mysql "$@"; }',
    'curl() { show curl "$@"; }',
    'aws() { show aws "$AWS_CONFIG_FILE" "$AWS_SHARED_CREDENTIALS_FILE" "$@"; }',
  ]
  const script = [show, ...tools, ...lines].join('\n')
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n')
}

describe('the lines for the tools', () => {
  it('call mysql, OpenSearch and aws with what they need, whatever the paths are', () => {
    const { accessFile: file, mysqlFile } = reached
    const where = '--profile|default|--region|us-east-1|--endpoint-url|http://127.0.0.1:4566'
    expect(pasted(toolLines(reached))).toEqual([
      `mysql|--defaults-extra-file=${mysqlFile}|chat`,
      'curl|-s|http://127.0.0.1:9202/_cat/indices?v',
      `aws|${file}|${file}|${where}|dynamodb|scan|--max-items|5|--table-name|chat-Table-1`,
    ])
  })

  it('have no secret: neither the key of the start nor a password of the person', () => {
    const { mysqlFile: _, ...own } = reached
    const given = { ...own, openSearchUrl: 'http://me:secret@search.example:9200/' }
    const lines = toolLines(given)
    expect(lines[0]).toBe('mysql -h 127.0.0.1 -P 3307 -p -u app chat')
    expect(lines[1]).toBe("curl -s 'http://search.example:9200/_cat/indices?v'")
    expect(lines.join('\n')).not.toContain(reached.access.accessKeyId)
  })

  it('are two without OpenSearch', () => {
    expect(toolLines({ ...reached, openSearchUrl: '' })).toHaveLength(2)
  })
})
