export interface Account {
  plan: 'free' | 'paid'
}

const accounts: Readonly<Record<string, Account>> = { ana: { plan: 'free' }, ben: { plan: 'paid' } }

export const accountOf = async (client: string): Promise<Account | undefined> => accounts[client]
