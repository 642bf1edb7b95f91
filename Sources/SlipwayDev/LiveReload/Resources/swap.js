// Styles and images are swapped in place. Part of the script that pages get, behind page.js.

const pathOf = (url, base = document.baseURI) => {
  try {
    const address = new URL(url, base);
    return address.origin === location.origin ? decodeURIComponent(address.pathname) : "";
  } catch {
    return "";
  }
};
const renewed = (url, base = document.baseURI) => {
  const address = new URL(url, base);
  address.searchParams.set("slipway", seen.number);
  return address.href;
};
// What is asked for under its old address later is asked for past the cache now.
const refresh = (path) =>
  fetch(path.split("/").map(encodeURIComponent).join("/"), { cache: "reload" }).catch(() => {});
const rulesOf = (sheet) => {
  try {
    return [...sheet.cssRules];
  } catch {
    return []; // of another site
  }
};
const imports = (sheet, path) => rulesOf(sheet).some((rule) => rule instanceof CSSImportRule
  && (pathOf(rule.href, sheet.href ?? document.baseURI) === path
    || (rule.styleSheet && imports(rule.styleSheet, path))));

const arriving = new Map();
const stylesOf = (path) => {
  const news = new Set(arriving.values());
  return [...document.querySelectorAll("link[rel~=stylesheet][href], style")]
    .filter((element) => !news.has(element))
    .filter((element) => (element.href && pathOf(element.href) === path)
      || (element.sheet && imports(element.sheet, path)));
};
// The new one is there before the old one goes, so that nothing flashes.
const swapStyles = async (path) => {
  if (stylesOf(path).length === 0) return false;
  await refresh(path);
  // Meanwhile an earlier one may have arrived, and others have gone.
  for (const element of stylesOf(path)) {
    arriving.get(element)?.remove();
    const next = element.cloneNode(true);
    if (element.href) next.href = renewed(element.href);
    const settle = (stays, goes) => () => {
      if (arriving.get(element) !== next) return;
      goes.remove();
      arriving.delete(element);
    };
    next.addEventListener("load", settle(next, element));
    next.addEventListener("error", settle(element, next));
    arriving.set(element, next);
    element.after(next);
  }
  return true;
};

const renewText = (text, pattern, path, base) => text.replace(pattern, (whole, before, url, after) =>
  pathOf(url, base) === path ? before + renewed(url, base) + after : whole);
const renewStyle = (rule, path, base) => {
  let count = 0;
  for (const name of rule.style ?? []) {
    const value = rule.style.getPropertyValue(name);
    if (!value.includes("url(")) continue;
    const next = renewText(value, /(url\(["']?)([^"')]+)(["']?\))/g, path, base);
    if (next === value) continue;
    rule.style.setProperty(name, next, rule.style.getPropertyPriority(name));
    count += 1;
  }
  for (const inner of rule.cssRules ?? []) count += renewStyle(inner, path, base);
  if (rule.styleSheet) count += renewSheet(rule.styleSheet, path);
  return count;
};
const renewSheet = (sheet, path) => rulesOf(sheet)
  .reduce((count, rule) => count + renewStyle(rule, path, sheet.href ?? document.baseURI), 0);
const swapImages = async (path) => {
  await refresh(path);
  let count = 0;
  for (const element of document.querySelectorAll("img, source, input[type=image], link[rel~=icon]")) {
    const name = element.localName === "link" ? "href" : "src";
    if (element[name] && pathOf(element[name]) === path) {
      element[name] = renewed(element[name]);
      count += 1;
    }
    const set = element.srcset;
    if (!set) continue;
    const next = renewText(set, /(^|,\s*|\s)([^\s,]+)(?=[\s,]|$)()/g, path);
    if (next !== set) { element.srcset = next; count += 1; }
  }
  for (const sheet of document.styleSheets) count += renewSheet(sheet, path);
  for (const element of document.querySelectorAll("[style*='url(']")) count += renewStyle(element, path);
  return count > 0;
};

// What this script has fetched itself does not count.
const isUsed = (path) => performance.getEntriesByType("resource")
  .some((entry) => entry.initiatorType !== "fetch" && pathOf(entry.name) === path);
const apply = async (paths) => {
  for (const path of new Set(paths)) {
    const swap = path.endsWith(".css") ? swapStyles
      : /\.(png|jpe?g|gif|webp|avif|svg|ico|bmp)$/i.test(path) ? swapImages : null;
    const isSwapped = swap && await swap(path);
    if (!isSwapped && (!swap || isUsed(path))) return reload();
  }
};
