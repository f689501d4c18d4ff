import '../../../../docs/code/how-to/choose-a-transport/tests.js'
