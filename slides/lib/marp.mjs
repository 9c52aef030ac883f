// marp.mjs - how Marp renders: no part of a page may come from a network, so no emoji pictures, no formulas
// and no script of another host. Marp CLI reads it as its configuration, the handout takes `options`.
export const options = {
  html: true,
  math: false,
  emoji: { shortcode: false, unicode: false },
  script: false,
};

// Markdown lets no SVG into a link or picture, because it may hold a script. These are ours, and in an <img> none runs.
export function withSvg(marp) {
  const { validateLink } = marp.markdown;
  marp.markdown.validateLink = (url) =>
    url.startsWith('data:image/svg+xml;base64,') || validateLink(url);
  return marp;
}

export default {
  html: true,
  options,
  engine: ({ marp }) => withSvg(marp),
  bespoke: { progress: false },
};
