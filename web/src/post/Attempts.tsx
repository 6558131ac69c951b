import type { Attempt } from "../api/types";
import { PLATFORMS } from "../strings/platforms";
import { POST } from "../strings/post";
import { secondsOf, shortDayOf } from "../time/format";
import { useZone } from "../time/zone";
import type { Face } from "../ui/Dial";
import { Fold } from "../ui/Fold";
import { State } from "../ui/State";
import { Tile } from "../ui/Tile";
import styles from "./Attempts.module.css";
import { attemptCount } from "./attemptCount";
import { readable } from "./failureReason";

const FACES: Record<string, Face> = {
  began: "publishing",
  published: "published",
  confirmed_published: "published",
  processing: "processing",
  transient: "queued",
  rate_limited: "queued",
  in_doubt: "unknown",
  unknown: "unknown",
  failed: "failed",
};

/** The ledger: each publish call and its result, in chronological order. */
export function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  const { zone } = useZone();
  return (
    <Fold id="attempts" title={POST.attempts} count={POST.attemptsOf(attemptCount(attempts))}>
      <p className={`small faint ${styles.zone}`}>{POST.attemptsIn(zone)}</p>
      {attempts.length === 0 ? (
        <p className={`soft ${styles.none}`}>{POST.noAttempts}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: A table that scrolls must be reachable by keyboard.
        <div className={styles.scroll} tabIndex={0}>
          <table className={styles.log}>
            <thead>
              <tr>
                <th scope="col">{POST.at}</th>
                <th scope="col">{POST.platform}</th>
                <th scope="col">{POST.event}</th>
                <th scope="col">{POST.said}</th>
              </tr>
            </thead>
            <tbody>
              {attempts.map((attempt, index) => (
                <tr key={index}>
                  <td className="nowrap">
                    <span className="faint">{shortDayOf(attempt.at, zone)}</span> {secondsOf(attempt.at, zone)}
                  </td>
                  <td>
                    <span className={styles.platform}>
                      <Tile platform={attempt.platform} />
                      {PLATFORMS[attempt.platform].name}
                      {attempt.part > 1 && <span className="faint">{POST.part(attempt.part)}</span>}
                    </span>
                  </td>
                  <td>
                    <State face={FACES[attempt.event] ?? "queued"}>{POST.attemptOf(attempt.event)}</State>
                  </td>
                  <td dir="auto">{attempt.reason && readable(attempt.reason, false)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Fold>
  );
}
