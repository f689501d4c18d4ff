/** How a command for operators reaches the server, and as whom. */
export interface ServerAccess {
  /** `mqtt://127.0.0.1:1883` by default. */
  url?: string
  /** The client to connect as: one with the role `vendor`. `operator` by default, which has it with `--dev`. */
  as?: string
  /** A file with the password, or with the token. */
  passwordFile?: string
}
