import { defaultServerLimits } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import type { ZodObject, ZodType } from 'zod'
import { fieldFlags } from '../../src/commands/field-flags.js'
import { AccessRule } from '../../src/config/access.js'
import { authenticationTypes } from '../../src/config/authentication.js'
import { reloadable } from '../../src/config/changes.js'
import { defaultPorts, defaults } from '../../src/config/defaults.js'
import { type Fields, isFields } from '../../src/config/objects.js'
import { type ScalarField, scalarFields } from '../../src/config/scalars.js'
import { Config } from '../../src/config/schema.js'
import { blocksOf, readPage, rowsOf } from '../support/page.js'

const page = readPage('docs/reference/configuration.md')

/** A field's row: what this page says of it, and the code can tell. */
const rowOf = ({ path, variable, schema }: ScalarField) => {
  const field = path.join('.')
  const flag = fieldFlags.find((each) => each[1] === field)?.[0].split(' ')[0]
  const reload = reloadable.some((each) => field === each || field.startsWith(`${each}.`))
  return {
    field: `\`${field}\``,
    default: shown(valueAt(path)),
    variable: `\`${variable}\``,
    flag: flag ? `\`${flag}\`` : '',
    reload: reload ? 'yes' : 'restart',
    takes: takesOf(schema),
  }
}

const valueAt = (path: readonly string[]): unknown => {
  const inPlace = (root: unknown) =>
    path.reduce<unknown>((fields, name) => (isFields(fields) ? fields[name] : undefined), root)
  return (
    inPlace(defaults) ??
    inPlace({ listen: { ...defaultPorts(true), ...defaultPorts(false) } }) ??
    inPlace(leftToTheServer)
  )
}

/** Defaults that the server has for what the configuration leaves to it. */
const leftToTheServer: Fields = {
  listen: { proxyProtocol: false, tls: { clientCertificates: 'none', minimumVersion: 'TLSv1.2' } },
}

const shown = (value: unknown): string => {
  if (value === undefined) return ''
  if (value === Number.POSITIVE_INFINITY) return 'unlimited'
  return typeof value === 'string' ? `\`${value}\`` : String(value).replace(/\B(?=(\d{3})+$)/g, portless(value))
}

/** Ports have no commas. */
const portless = (value: unknown) =>
  Object.values({ ...defaultPorts(true), ...defaultPorts(false) }).includes(value) ? '' : ','

/** What can be told of a schema: choices, and whether something is true or false. */
const takesOf = (schema: ZodType) => {
  const { type, options } = schema as ZodType & { options?: readonly string[] }
  if (type === 'enum') return options?.map((option) => `\`${option}\``).join(', ')
  return type === 'boolean' ? 'true or false' : undefined
}

const fieldsOf = (schema: unknown): string[] => Object.keys((schema as ZodObject).shape)

/** The first cells of the rows of a table, without the marks of code. */
const names = (column: string) => rowsOf(page, column).map((row) => row[column]?.replaceAll('`', ''))

describe('docs/reference/configuration.md', () => {
  const fields = scalarFields().filter(({ path }) => path[0] !== 'limits')

  test('lists every field, in the order of the schema or another, and none that is not there', () => {
    const paths = fields.map(({ path }) => path.join('.'))
    expect(names('field').sort()).toEqual([...paths, 'limits'].sort())
  })

  test.each(fields.map((field) => [field.path.join('.'), field] as const))(
    '%s: default, variable, flag and reload are those of the code',
    (_name, field) => {
      const { takes, ...expected } = rowOf(field)
      const row = rowsOf(page, 'field').find((each) => each.field === expected.field)
      expect(row).toMatchObject(expected)
      if (takes) expect(row?.takes).toBe(takes)
    },
  )

  test.each(Object.entries(authenticationTypes))('lists every field of the authentication type %s', (name, schema) => {
    expect(['type', ...names(`field of \`${name}\``)].sort()).toEqual(fieldsOf(schema).sort())
  })

  test('lists every field of a rule', () => {
    expect(names('field of a rule').sort()).toEqual(fieldsOf(AccessRule).sort())
  })

  const { perConnection, perClient, perVendor, vendors: _, ...flat } = defaultServerLimits

  test('lists every limit of the server, with its default', () => {
    const rows = rowsOf(page, 'field of `limits`').map((row) => [row['field of `limits`'], row.default])
    expect(rows).toEqual(Object.entries(flat).map(([name, value]) => [`\`${name}\``, shown(value)]))
  })

  test('lists every limit of a connection, a client and a vendor, with its defaults', () => {
    const scopes: Fields[] = [{ ...perConnection }, { ...perClient }, { ...perVendor }]
    const rows = rowsOf(page, 'limit').map((row) => [
      row.limit,
      ...['`perConnection`', '`perClient`', '`perVendor`'].map((scope) => row[scope]),
    ])
    const expected = Object.keys(perClient).map((name) => [
      `\`${name}\``,
      ...scopes.map((scope) => (name in scope ? shown(scope[name]) : '–')),
    ])
    expect(rows.sort()).toEqual(expected.sort())
  })

  test('shows configurations that are taken', () => {
    const examples = blocksOf(page).filter(({ language }) => language === 'json')
    expect(examples.length).toBeGreaterThan(1)
    for (const { text } of examples) expect(Config.safeParse(JSON.parse(text)).error).toBeUndefined()
  })
})
