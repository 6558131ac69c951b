import { useEffect, useState } from "react";

/** Return the current time, which changes every minute as long as `isRunning`. */
export function useNow(isRunning = true): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setTimeout(() => setNow(new Date()), 60_050 - (Date.now() % 60_000));
    return () => clearTimeout(timer);
  }, [now, isRunning]);
  return now;
}
