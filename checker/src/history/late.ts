/**
 * A master sends what it writes to its replica in the moment in which it answers. All that is told over several processes of a machine
 * that has much to do, as that it was elected, may come so late.
 */
export const lateMs = 1_000
