/**
 * Script of the HTML report: the filters. It only hides rows that are there already and writes one number as text, so that no text
 * of a plan becomes markup, and the report is complete without it.
 */
export const SCRIPT = `
'use strict';
for (const section of document.querySelectorAll('[data-filtered]')) {
  const controls = section.querySelector('.filters');
  const items = Array.from(section.querySelectorAll('[data-item]'));
  const texts = items.map((item) => item.textContent.toLowerCase());
  const shown = section.querySelector('.shown');
  const apply = () => {
    const words = controls.querySelector('input').value.toLowerCase().split(/\\s+/).filter(Boolean);
    const choices = Array.from(controls.querySelectorAll('select')).filter((select) => select.value !== '');
    let count = 0;
    items.forEach((item, index) => {
      const wanted = words.every((word) => texts[index].includes(word)) &&
        choices.every((select) => item.getAttribute('data-' + select.name) === select.value);
      item.hidden = !wanted;
      count += wanted ? 1 : 0;
    });
    for (const group of section.querySelectorAll('[data-group]')) {
      group.hidden = group.querySelector('[data-item]:not([hidden])') === null;
    }
    shown.textContent = count + ' of ' + items.length + ' shown';
  };
  controls.addEventListener('input', apply);
  controls.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && event.target.value !== '') {
      event.target.value = '';
      apply();
    }
  });
  controls.hidden = false;
  apply();
}
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector('.filters:not([hidden]) input');
    if (search !== null) {
      event.preventDefault();
      search.focus();
    }
  }
});
`;
