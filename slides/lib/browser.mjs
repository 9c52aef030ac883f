// browser.mjs - starts the chromium that scripts/setup installed. CHROME_PATH names another one.
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export function openBrowser() {
  const executablePath = process.env.CHROME_PATH ?? PLACES.find((file) => existsSync(file));
  if (!executablePath) throw new Error("there is no chromium: 'scripts/setup slides' installs it");
  // Its sandbox does not start as root, nor within a network namespace. It shows only our own pages.
  return puppeteer.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  });
}
