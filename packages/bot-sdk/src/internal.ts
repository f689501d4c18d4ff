/**
 * For the sibling packages only: may change with any release.
 *
 * @module
 */
export {}
