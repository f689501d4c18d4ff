/** The type of the event that a machine emits when it has come back to a question that was left. */
export const comeBack = 'daakia.come-back'
