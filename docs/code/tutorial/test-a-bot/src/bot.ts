export { order } from '../../../../../examples/order/src/order.js'
