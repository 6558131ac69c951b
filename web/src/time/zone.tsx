import { getLocalTimeZone } from "@internationalized/date";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";

const KEY = "minutehand.zone";

interface Zone {
  /** The IANA name of the time zone in which the page shows times. */
  zone: string;
  setZone: (zone: string) => void;
}

const ZoneContext = createContext<Zone>({ zone: "UTC", setZone: () => {} });

/** Return the time zone in which the page shows times, and how to change it. */
export function useZone(): Zone {
  return useContext(ZoneContext);
}

/** Hold the time zone of the page: the one that the person chose in this browser before, or the browser's own. */
export function ZoneProvider({ children }: { children: ReactNode }) {
  const [zone, setStored] = useState(() => {
    const stored = localStorage.getItem(KEY);
    return stored && isZone(stored) ? stored : getLocalTimeZone();
  });
  const setZone = useCallback((chosen: string) => {
    localStorage.setItem(KEY, chosen);
    setStored(chosen);
  }, []);
  return <ZoneContext value={{ zone, setZone }}>{children}</ZoneContext>;
}

/** Return whether the browser knows a time zone of this name. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Return the names of all time zones that the browser knows, with UTC first. */
export function allZones(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
}
