// pages.mjs - the pages around a deck: its handout, the recording within it, the index, the lesson plan.
import { readFileSync } from 'node:fs';
import MarkdownIt from 'markdown-it';
import { escape } from './text.mjs';

const markdown = new MarkdownIt({ html: false, linkify: false });

const page = (title, style, body) => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`;

// Marp's own style makes each slide a page.
const HANDOUT = `
@page { size: A4; margin: 14mm 16mm; }
body { margin: 0; font: 11pt/1.4 "Text", sans-serif; color: #111; background: #fff; }
code { font-family: "Code", monospace; }
.sheet { break-inside: avoid; margin: 0 0 8mm; }
.sheet .marpit { max-width: 136mm; border: 1px solid #777; }
.sheet .marpit > svg[data-marpit-svg] { display: block !important; width: 100% !important; height: auto !important;
  aspect-ratio: 16 / 9; break-before: auto !important; break-after: auto !important; break-inside: avoid !important; }
.sheet .notes { margin: 3mm 0 0; }
.sheet .notes p { margin: 0 0 1.5mm; }
.sheet .notes ol { margin: 0 0 1.5mm; padding-left: 6mm; }
h1.handout { font-size: 15pt; margin: 0 0 4mm; }`;

// A slide and its notes, one below the other.
export function handout(deck) {
  const sheets = deck.html.map((slide, i) => {
    const notes = deck.comments[i].map((note) =>
      markdown.render(note.replace(/^TIME: (.*)$/m, '**Slide ' + (i + 1) + ', $1.**\n')),
    );
    return `<article class="sheet" aria-label="Slide ${i + 1}"><div class="marpit">${slide}</div><div class="notes">${notes.join('')}</div></article>`;
  });
  return page(
    `${deck.title}: handout`,
    deck.css + HANDOUT,
    `<main><h1 class="handout">${escape(deck.title)}: slides and notes</h1>${sheets.join('\n')}</main>`,
  );
}

// Puts the player and the recording at the end of a deck's page.
export function withCast(html, cast, slides) {
  const bundle = `${slides}/node_modules/asciinema-player/dist/bundle`;
  const script = readFileSync(`${bundle}/asciinema-player.min.js`, 'utf8').replace(
    /<\/script/g,
    '<\\/script',
  );
  const data = JSON.stringify(readFileSync(cast, 'utf8')).replace(/</g, '\\u003c');
  // The player measures its letters once, so they must be there before it.
  const start = `document.fonts.load('16px Code').then(() => {
for (const box of document.querySelectorAll('section div.cast')) {
  AsciinemaPlayer.create({ data: ${data} }, box, { fit: 'both', idleTimeLimit: 3, theme: 'asciinema', poster: 'npt:0:02', terminalFontFamily: 'Code, monospace' });
  // The keys that drive the recording must not turn the page.
  box.addEventListener('keydown', (event) => event.stopPropagation());
}});`;
  const style = readFileSync(`${bundle}/asciinema-player.css`, 'utf8');
  return html.replace(
    '</body>',
    () => `<style>${style}</style><script>${script}</script><script class="cast">${start}</script></body>`,
  );
}

const PLAIN = `
:root { color-scheme: light dark; }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 1.1rem/1.5 sans-serif; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #888; vertical-align: top; }
code { font-family: monospace; }`;

export function indexPage(decks, plan) {
  const rows = decks.map(
    (
      deck,
    ) => `<tr><th scope="row"><a href="${deck.name}.html">${escape(deck.title ?? deck.name)}</a></th>
<td>${escape(deck.question ?? '')}</td><td>${escape(deck.minutes ?? '')} min</td>
<td><a href="${deck.name}.pdf">PDF<span hidden> of ${escape(deck.title ?? '')}</span></a>,
<a href="${deck.name}-handout.pdf">handout</a></td>
<td>${deck.cast ? `<a href="${deck.name}.html#${deck.cast}">play<span hidden> ${escape(deck.title ?? '')}</span></a>` : 'not recorded yet'}</td></tr>`,
  );
  return page(
    'Socket Labs: slides',
    PLAIN,
    `<main><h1>Socket Labs: slides</h1>
<p>A click opens a deck. P shows the presenter's window with the notes, F the full screen, O all slides.</p>
${plan ? '<p><a href="lesson-plan.html">The lesson plan</a>: a semester, week by week.</p>' : ''}
<table><thead><tr><th scope="col">deck</th><th scope="col">question</th><th scope="col">time</th><th scope="col">on paper</th><th scope="col">the demo, recorded</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></main>`,
  );
}

// In out/, a deck is a page, and every other file is one folder further away.
const fromOut = (file) => (/^\d\d-[^/]*\.md$/.test(file) ? file.replace(/md$/, 'html') : `../${file}`);

export function planPage(text) {
  const body = markdown.render(text).replace(/(?<=href=")(?![a-z]+:)[^"]+/g, fromOut);
  return page('Socket Labs: lesson plan', PLAIN, `<main>${body}</main>`);
}
