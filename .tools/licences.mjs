// Checks that every crate that becomes part of a build comes from crates.io and has a licence on deny.toml's list, and that
// every npm package of the tools has a licence on that list. It does without a network what cargo-deny does; only security advisories
// are not checked.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const deny = readFileSync('deny.toml', 'utf8');
const list = (name) => {
  const body = new RegExp(`^${name} = \\[([^\\]]*)\\]`, 'm').exec(deny);
  if (!body) throw new Error(`deny.toml has no list '${name}'.`);
  return new Set([...body[1].replaceAll(/#.*$/gm, '').matchAll(/"([^"]+)"/g)].map((match) => match[1]));
};
const allowed = list('allow');
const registries = list('allow-registry');

// SPDX expressions: OR, AND (binds tighter), WITH, parentheses; and the old "MIT/Apache-2.0".
function permits(expression) {
  const words = expression.replaceAll('/', ' OR ').match(/[()]|[^\s()]+/g) ?? [];
  const any = () => {
    let result = all();
    while (words[0] === 'OR') { words.shift(); const next = all(); result ||= next; }
    return result;
  };
  const all = () => {
    let result = one();
    while (words[0] === 'AND') { words.shift(); const next = one(); result &&= next; }
    return result;
  };
  const one = () => {
    const word = words.shift();
    if (word === '(') {
      const result = any();
      if (words.shift() !== ')') throw new Error(`unreadable licence '${expression}'`);
      return result;
    }
    if (words[0] !== 'WITH') return allowed.has(word);
    words.shift();
    const exception = words.shift();
    return allowed.has(word) || allowed.has(`${word} WITH ${exception}`);
  };
  const result = any();
  if (words.length) throw new Error(`unreadable licence '${expression}'`);
  return result;
}

const objections = [];
const judge = (name, licence) => {
  if (!licence) objections.push(`${name}: names no licence`);
  else if (!permits(licence)) objections.push(`${name}: ${licence}`);
};

// The crates that a build for any of these targets needs, with the features that are on; cargo's marks for procedural macros
// and for repeated crates are cut off.
const targets = ['x86_64-unknown-linux-gnu', 'aarch64-apple-darwin', 'wasm32-unknown-unknown'];
const crates = new Map();
for (const target of targets) {
  const tree = ['tree', '--locked', '--target', target, '--prefix', 'none', '--format', '{p}\t{l}'];
  for (const line of execFileSync('cargo', tree, { maxBuffer: 2 ** 30, encoding: 'utf8' }).split('\n').filter(Boolean)) {
    const [crate, licence] = line.replace(/ \(\*\)$/, '').split('\t');
    crates.set(crate.split(' ').slice(0, 2).join(' '), licence);
  }
}
for (const [crate, licence] of crates) judge(crate, licence);
for (const [, source] of readFileSync('Cargo.lock', 'utf8').matchAll(/^source = "(.*)"$/gm)) {
  if (!registries.has(source.replace(/^registry\+/, ''))) objections.push(`Cargo.lock: a crate comes from ${source}`);
}
const tools = Object.entries(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages);
for (const [path, { version, license }] of tools) judge(`${path || 'package.json'} ${version ?? ''}`, license);

if (objections.length) {
  console.error(objections.sort().join('\n'));
  process.exit(1);
}
console.log(`${crates.size} crates and ${tools.length - 1} npm packages: all licences and sources are on the list.`);
