import '../../../../docs/code/how-to/test-a-bot/tests.js'
