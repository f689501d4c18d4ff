import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Makes a key and a certificate of its own for 127.0.0.1, as `<name>.key` and `<name>.crt` of the folder. */
export const makeCertificate = async (folder: string, name: string): Promise<void> => {
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`]
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  await promisify(execFile)('openssl', [...words, ...files, ...subject], { cwd: folder })
}
