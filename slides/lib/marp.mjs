// marp.mjs - how Marp renders: no part of a page may come from a network, so no emoji pictures, no formulas
// and no script of another host. Marp CLI reads it as its configuration, the handout takes `options`.
export const options = { html: true, math: false, emoji: { shortcode: false, unicode: false }, script: false };

export default { html: true, options, bespoke: { progress: false } };
