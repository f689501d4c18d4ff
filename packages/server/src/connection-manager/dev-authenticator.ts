import type { Authenticate } from './authenticate.js'

/** Lets loopback in without a password: the user name is the client, or else the client identifier. */
export declare const authenticateLoopback: Authenticate
