import '../../../../docs/code/how-to/test-a-bot/booking-tests.js'
import '../../../../docs/code/how-to/test-a-bot/known-choices.js'
import '../../../../docs/code/how-to/test-a-bot/tests.js'
