// The name of each platform, and the layout of its posts (local/simulator/brands.py).
const BRANDS = await (await fetch("/api/brands")).json();

export const brandOf = (platform) => BRANDS[platform];
