import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../src/redis/address.js'

describe('the URL of a Redis', () => {
  test.each([
    ['redis://localhost', { kind: 'server', secure: false, hosts: [{ host: 'localhost', port: 6379 }], db: 0 }],
    ['rediss://h:7000/3', { kind: 'server', secure: true, hosts: [{ host: 'h', port: 7000 }], db: 3 }],
    ['redis://[::1]:7000', { hosts: [{ host: '::1', port: 7000 }] }],
    ['redis://ana:s%40cret:x@h', { username: 'ana', password: 's@cret:x' }],
    ['redis://:secret@h', { password: 'secret', shown: 'redis://h' }],
    [
      'redis+sentinel://a,b:1/mymaster/2?sentinel_username=u&sentinel_password=p',
      {
        kind: 'sentinel',
        hosts: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 1 },
        ],
        service: 'mymaster',
        db: 2,
        sentinel: { username: 'u', password: 'p' },
      },
    ],
    [
      'rediss+cluster://user:pass@a:1,b',
      {
        kind: 'cluster',
        secure: true,
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 6379 },
        ],
        shown: 'rediss+cluster://a:1,b',
      },
    ],
  ])('%s says where it is', (url, expected) => {
    expect(parseAddress(url)).toMatchObject(expected)
  })

  test.each([
    ['http://:secret@h', /^http:\/\/h is no URL of a Redis: write redis:/],
    ['redis://', /is no URL of a Redis/],
    ['redis://a,b', /begin it with redis\+cluster:\/\/ or redis\+sentinel:\/\/$/],
    ['redis://h:99999', /^h:99999 is no host/],
    ['redis://h/one', /^\/one is no database/],
    ['redis+sentinel://h', /Say how the Sentinels call the master/],
    ['redis+cluster://h/1', /has one database/],
    ['redis://h?tls=1', /has no tls/],
  ])('%s is refused with what to write', (url, message) => {
    expect(() => parseAddress(url)).toThrow(message)
    expect(() => parseAddress(url)).not.toThrow(/secret/)
  })
})
