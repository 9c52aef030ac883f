// slides.mjs - looks at built decks as a class would, in one browser, and prints a line for each fault:
//   CHECK DECK slide N: what is wrong
// and at the end of each deck `looked DECK: N slides, N minutes`. Where there is a recording, it is played:
// `played DECK slide N: what its terminal then shows`. For slides.bats.
//
//   node slides.mjs SLIDES_FOLDER DECK.html…
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { readFileSync } from 'node:fs';

const [folder, ...files] = process.argv.slice(2);
const { openBrowser } = await import(`${folder}/lib/browser.mjs`);
const axe = readFileSync(createRequire(`${folder}/`).resolve('axe-core/axe.min.js'), 'utf8');

// In the page: what is wrong with the slide that is shown.
function look() {
  const faults = [];
  const slide = document.querySelector('svg.bespoke-marp-active');
  for (const section of slide.querySelectorAll('section')) {
    const frame = section.getBoundingClientRect();
    const style = getComputedStyle(section);
    const inside = {
      left: frame.left + parseFloat(style.paddingLeft),
      right: frame.right - parseFloat(style.paddingRight),
      top: frame.top + parseFloat(style.paddingTop),
      bottom: frame.bottom - parseFloat(style.paddingBottom),
    };
    for (const element of section.querySelectorAll('*')) {
      if (element.closest('.ap-wrapper')) continue; // how the player of recordings looks is not ours
      if (element.closest('svg') !== slide && element.tagName !== 'svg') continue;
      const at = element.getBoundingClientRect();
      if (at.width === 0 || at.height === 0) continue;
      const over = Math.max(
        inside.left - at.left,
        at.right - inside.right,
        inside.top - at.top,
        at.bottom - inside.bottom,
      );
      if (over > 4)
        faults.push(
          `overflow <${element.tagName.toLowerCase()}> by ${Math.round(over)} px: ${element.textContent.trim().slice(0, 40)}`,
        );
    }
    for (const code of section.querySelectorAll('pre, code')) {
      if (code.closest('.ap-wrapper')) continue;
      const size = parseFloat(getComputedStyle(code).fontSize);
      if (size < 24) faults.push(`small code of ${size} px: ${code.textContent.slice(0, 40)}`);
    }
    for (const text of section.querySelectorAll('svg text')) {
      if (!text.getScreenCTM) {
        faults.push(`picture letters outside of one: ${text.textContent.trim().slice(0, 40)}`);
        continue;
      }
      const scale = Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b);
      if (parseFloat(getComputedStyle(text).fontSize) * scale < 18)
        faults.push(`small letters in a picture: ${text.textContent}`);
    }
    for (const picture of section.querySelectorAll('img'))
      if (!picture.complete || picture.naturalWidth === 0)
        faults.push(`picture missing: ${picture.src.slice(0, 60)}`);
    for (const picture of section.querySelectorAll('img, svg'))
      if (
        !picture.closest('.ap-wrapper') &&
        !(picture.alt || picture.querySelector(':scope > title'))
      )
        faults.push('picture without a text alternative');
  }
  return faults;
}

// The headings that a screen reader hears.
const headings = (node) => [
  ...(node.role === 'heading' ? [node.name] : []),
  ...(node.children ?? []).flatMap(headings),
];

// Plays the recording of the slide that is shown. Returns what its terminal shows when that is no longer what it
// showed before, or null if it does not play.
async function play(page) {
  const player = 'svg.bespoke-marp-active div.cast .ap-wrapper';
  const shown = () =>
    page.$$eval(`${player} .ap-line`, (lines) => lines.map((line) => line.textContent).join('\n'));
  const before = await shown();
  await page.click(`${player} .ap-overlay-start`).catch(() => {});
  for (let left = 100; left > 0; left--) {
    const now = await shown();
    if (now !== before && now.trim()) return now;
    await new Promise((done) => setTimeout(done, 100));
  }
  return null;
}

async function lookAt(browser, file) {
  const deck = basename(file, '.html');
  const page = await browser.newPage();
  let now = 'slide 1';
  const fault = (words) => console.log(words.replace(/^(\S+) /, `$1 ${deck} ${now}: `));
  await page.setViewport({ width: 1280, height: 720 });
  page.on('console', (message) => message.type() === 'error' && fault(`console ${message.text()}`));
  page.on('pageerror', (error) => fault(`console ${error.message}`));
  page.on('request', (request) => {
    if (
      !/^(data|blob|about):/.test(request.url()) &&
      request.url().split('#')[0] !== `file://${file}`
    )
      fault(`request ${request.url()}`);
  });
  await page.goto(`file://${file}`, { waitUntil: 'load' });
  await page.evaluate(() => document.fonts.ready.then(() => true));
  // The player of a recording comes when its letters are there.
  await page
    .waitForFunction(
      () => !document.querySelector('script.cast') || document.querySelector('.ap-wrapper'),
    )
    .catch(() => fault('cast has no player'));
  const titles = await page.$$eval('svg.bespoke-marp-slide', (all) =>
    all.map((one) => [...one.querySelectorAll('h1, h2, h3')].map((it) => it.textContent.trim())),
  );
  const notes = await page.$$eval('.bespoke-marp-note', (all) =>
    Object.fromEntries(all.map((note) => [note.dataset.index, note.textContent])),
  );
  await page.evaluate(axe);
  let minutes = 0;
  for (let i = 0; i < titles.length; i++) {
    now = `slide ${i + 1}`;
    await page.evaluate(async (n) => {
      location.hash = `#${n + 1}`;
      const slide = document.querySelectorAll('svg.bespoke-marp-slide')[n];
      while (!slide.classList.contains('bespoke-marp-active'))
        await new Promise((done) => setTimeout(done));
    }, i);
    (await page.evaluate(look)).forEach(fault);
    const { violations } = await page.evaluate(
      (n) =>
        axe.run(n === 0 ? document : 'svg.bespoke-marp-active', { resultTypes: ['violations'] }),
      i,
    );
    for (const one of violations)
      if (['serious', 'critical'].includes(one.impact))
        fault(`axe ${one.id}: ${one.nodes[0].html.slice(0, 80)}`);
    if (await page.$('svg.bespoke-marp-active div.cast .ap-wrapper')) {
      const words = await play(page);
      fault(words === null ? 'cast does not play' : `played ${words.trim().split('\n')[0].trim()}`);
    }
    const [, time] = (notes[i] ?? '').match(/^TIME: ([\d.]+) min$/m) ?? [];
    if (!time) fault("time no line 'TIME: n min' in the notes");
    minutes += Number(time ?? 0);
    if (titles[i].length === 0) fault('heard without a heading');
    const heard = headings(await page.accessibility.snapshot());
    for (const other of heard)
      if (!titles[i].includes(other)) fault(`heard hidden slide '${other}'`);
  }
  console.log(`looked ${deck}: ${titles.length} slides, ${minutes} minutes`);
  await page.close();
}

const browser = await openBrowser();
for (const file of files) await lookAt(browser, file);
await browser.close();
