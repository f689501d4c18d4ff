/** Tells of what is pointed at, focused or clicked, at the foot of the page. Without it, links lead to the rows of the table. */
export const script = `
const told = document.getElementById('told')
const tell = ({ target }) => {
  const link = target.closest('svg a')
  if (link) told.textContent = link.querySelector('title').textContent
  return link
}
for (const type of ['pointerover', 'focusin']) document.addEventListener(type, tell)
document.addEventListener('click', (event) => { if (tell(event)) event.preventDefault() })
`
