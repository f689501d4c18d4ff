import '../../../../docs/code/how-to/break-connections/tests.js'
