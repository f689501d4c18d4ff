import { expect, test } from 'vitest'
import { checkCommit } from '../../src/persistence/check-commit.js'

const standing = { revision: 4, processed: 7, head: 9, lastCommitId: 'last' }

test('a commit that started from the revision in force is applied', () => {
  expect(checkCommit(standing, { revision: 4, commitId: 'new', processed: 8 })).toBe('apply')
  expect(checkCommit(standing, { revision: 4, commitId: 'new', processed: 7 })).toBe('apply')
  expect(checkCommit(standing, { revision: 4, commitId: 'new', processed: 9 })).toBe('apply')
})

test('the last commit again is a repeat, whatever else it says', () => {
  expect(checkCommit(standing, { revision: 3, commitId: 'last', processed: 1 })).toBe('repeated')
})

test('a commit from an earlier or a later revision is a conflict', () => {
  expect(checkCommit(standing, { revision: 3, commitId: 'new', processed: 8 })).toHaveProperty('conflict')
  expect(checkCommit(standing, { revision: 5, commitId: 'new', processed: 8 })).toHaveProperty('conflict')
})

test('a position that goes back, or beyond the journal, is a conflict', () => {
  expect(checkCommit(standing, { revision: 4, commitId: 'new', processed: 6 })).toHaveProperty('conflict')
  expect(checkCommit(standing, { revision: 4, commitId: 'new', processed: 10 })).toHaveProperty('conflict')
})

test('a turn that ends without a commit is checked by its revision', () => {
  expect(checkCommit(standing, { revision: 4 })).toBe('apply')
  expect(checkCommit(standing, { revision: 3 })).toHaveProperty('conflict')
})

test('before the first commit, no id is a repeat', () => {
  const { lastCommitId, ...fresh } = standing
  expect(checkCommit({ ...fresh, revision: 0, processed: 0 }, { revision: 0, commitId: 'last', processed: 1 })).toBe(
    'apply',
  )
})
