import { germanAnswers, germanExpected } from './de-answers.js'
import type { Language } from './port.js'

export const german: Language = {
  tag: 'de',
  asides: {
    cancel: ['abbrechen', 'abbruch', 'stopp', 'stop', 'vergiss es'],
    help: ['hilfe', 'hilf mir', '?'],
    restart: ['von vorne', 'noch mal von vorne', 'neu anfangen', 'neustart'],
    repeat: ['wiederholen', 'noch mal', 'nochmal', 'wie war die frage'],
    skip: ['überspringen', 'auslassen', 'weiter'],
  },
  corrections: [
    'nein, lieber {answer}',
    'lieber {answer}',
    'ich meinte {answer}',
    'nein, ich meinte {answer}',
    'ändere {slot} auf {answer}',
    'ändere {slot} zu {answer}',
    'ändere {slot}',
    '{slot} ändern',
  ],
  phrases: {
    notUnderstood: 'Das habe ich leider nicht verstanden.',
    cancelled: 'Abgebrochen.',
    help: 'Antworte auf meine Frage, oder sage „wiederholen“, „von vorne“ oder „abbrechen“.',
    whatToChange: 'Was soll ich ändern?',
    cannotSkip: 'Darauf brauche ich eine Antwort.',
  },
  answers: germanAnswers,
  expected: germanExpected,
}
