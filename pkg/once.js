/** Has each thing made once; what failed is made anew the next time. @template K, V @param {(key: K) => Promise<V>} make @returns {(key?: K) => Promise<V>} */
export function once(make) {
  const made = new Map();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key).catch((error) => { made.delete(key); throw error; }));
    return made.get(key);
  };
}
